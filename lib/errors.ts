/**
 * The one error class of the program and its closed table of codes.
 *
 * A code says what a failure means to everyone who meets it: the exit code of a command, the HTTP
 * status of a refusal, and what a daemon should do about it. Foreign errors (SQLite, sockets, files)
 * are translated into a code where they enter, by kind and never by the text of their message.
 */

/** What a process ends with. */
export const EXIT = {
  ok: 0,
  failed: 1,
  invalid: 2,
  untrusted: 3,
  unreachable: 4,
  notRunning: 5,
} as const;

/** How much each needs a person; of several failures the one with the highest rank is told. */
const URGENCY: Readonly<Record<keyof typeof EXIT, number>> = {
  ok: 0,
  unreachable: 1,
  notRunning: 2,
  failed: 3,
  invalid: 4,
  untrusted: 5,
};

/**
 * What a failed pass means for the peer's state and for the next attempt:
 * `offline` is normal and backs off, `untrusted` needs a person, `incompatible` needs an update,
 * `passing` may work the next time, `broken` is a fault to look at.
 */
export type Consequence = "offline" | "untrusted" | "incompatible" | "passing" | "broken";

interface Traits {
  readonly exit: number;
  readonly status: number;
  readonly consequence: Consequence;
}

const failed = (status = 500): Traits => ({ exit: EXIT.failed, status, consequence: "broken" });
const invalid = (status = 400): Traits => ({ exit: EXIT.invalid, status, consequence: "broken" });
const untrusted = (status = 401): Traits => ({
  exit: EXIT.untrusted,
  status,
  consequence: "untrusted",
});
const passing = (status: number): Traits => ({
  exit: EXIT.failed,
  status,
  consequence: "passing",
});

const TABLE = {
  // What a person typed or wrote.
  usage: invalid(),
  invalid_input: invalid(),
  invalid_config: invalid(),
  invalid_import: invalid(),
  not_found: failed(404),
  // Files and database.
  io_failed: failed(),
  database_corrupt: failed(503),
  database_read_only: failed(503),
  database_too_new: failed(503),
  database_full: failed(503),
  database_busy: passing(503),
  // The device's own identity.
  key_missing: failed(),
  key_damaged: failed(),
  key_exposed: failed(),
  keychain_locked: passing(503),
  keychain_unavailable: passing(503),
  keychain_timed_out: passing(503),
  // Pairing.
  invite_invalid: invalid(),
  invite_own: invalid(),
  invite_expired: invalid(403),
  invite_used: invalid(403),
  invite_unknown: invalid(403),
  key_changed: untrusted(403),
  // Trust, as answered to a caller.
  unknown_peer: untrusted(),
  peer_removed: untrusted(403),
  missing_signature: untrusted(),
  invalid_signature: untrusted(),
  key_superseded: untrusted(),
  wrong_recipient: untrusted(403),
  device_forked: untrusted(409),
  fork_unproven: untrusted(409),
  replayed_nonce: untrusted(),
  clock_skew: { ...untrusted(), consequence: "passing" },
  digest_mismatch: { ...untrusted(400), consequence: "passing" },
  untrusted_certificate: untrusted(403),
  rotation_invalid: untrusted(403),
  rotation_replayed: untrusted(403),
  rotation_unlinked: untrusted(403),
  rotation_forked: untrusted(403),
  // The protocol.
  invalid_request: invalid(),
  invalid_ops: invalid(),
  too_large: invalid(413),
  cursor_reset: passing(409),
  quarantine_full: { exit: EXIT.failed, status: 413, consequence: "incompatible" },
  unsupported_protocol: { exit: EXIT.failed, status: 426, consequence: "incompatible" },
  too_many_requests: passing(429),
  busy: passing(503),
  invalid_response: passing(502),
  // The viewer, as answered to a page.
  forbidden_user: invalid(403),
  forbidden_host: invalid(403),
  forbidden_origin: invalid(403),
  invalid_token: invalid(403),
  forbidden_body: invalid(403),
  // Reaching others, and processes.
  unreachable: { exit: EXIT.unreachable, status: 502, consequence: "offline" },
  timed_out: { exit: EXIT.unreachable, status: 504, consequence: "offline" },
  not_running: { exit: EXIT.notRunning, status: 503, consequence: "broken" },
  already_running: failed(409),
  port_in_use: failed(409),
  address_unavailable: failed(409),
  no_service_manager: failed(503),
  service_failed: failed(),
  sync_disabled: failed(409),
  interrupted: failed(),
  internal: failed(),
} as const satisfies Record<string, Traits>;

/** Every way in which an operation of this program can fail. */
export type ErrorCode = keyof typeof TABLE;

/** Whether `code` is one of the table's: answers of a newer peer may hold others. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(TABLE, code);
}

/** What a failure with this code means for the next attempt. */
export function consequenceOf(code: ErrorCode): Consequence {
  return TABLE[code].consequence;
}

/** Options of {@link CodememError}. */
export interface CodememErrorOptions {
  /** What to do about it: one line, an imperative. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Further facts for the one who handles the error, such as `server_time`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A failure with a meaning. The message is one sentence without a full stop at its end. */
export class CodememError extends Error {
  override readonly name = "CodememError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: CodememErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return TABLE[this.code].exit;
  }

  get status(): number {
    return TABLE[this.code].status;
  }

  get consequence(): Consequence {
    return consequenceOf(this.code);
  }
}

/** The same failure with other words in front, or another hint. */
export function reworded(
  error: CodememError,
  message: string,
  hint: string | undefined = error.hint,
): CodememError {
  const { code, details } = error;
  return new CodememError(code, message, {
    details,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The exit code for several failures: the one that most needs a person. */
export function worstExit(errors: readonly (CodememError | undefined)[]): number {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return names
    .toSorted((a, b) => URGENCY[b] - URGENCY[a])
    .map((name) => EXIT[name])
    .find((exit) => errors.some((error) => error?.exitCode === exit)) ?? EXIT.ok;
}

/**
 * Makes a {@link CodememError} of anything that was thrown; what is not one already was a mistake of
 * this program and becomes `internal`.
 */
export function toCodememError(error: unknown): CodememError {
  if (error instanceof CodememError) return error;
  return new CodememError("internal", `Unexpected failure: ${textOf(error)}`, {
    hint: "This is a fault of codemem; the log holds the details",
    cause: error,
  });
}

/** A parser quotes what it could not read, which may be of a memory: that goes into no log. */
function textOf(error: unknown): string {
  if (error instanceof SyntaxError) return "a text cannot be read";
  return error instanceof Error ? error.message : String(error);
}

/** Where a failure came from, for a log: without its words, which may quote the text of a memory. */
export function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return [error.name, ...frames].join("\n");
}

/** What the system or the runtime calls a failure, such as `ENETUNREACH`; `undefined` where it does not. */
export function systemCode(error: unknown): string | undefined {
  const isNamed = error instanceof Error && "code" in error && typeof error.code === "string";
  return isNamed ? error.code as string : undefined;
}
