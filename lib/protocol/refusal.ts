/** Refusals: `{"error":CODE,"message":…,"hint":…}` with the status that belongs to the code. */
import { CodememError, type ErrorCode, isErrorCode } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import { parseSignedLife } from "../model/life.ts";
import { isTimestamp } from "../model/timestamp.ts";
import { parseJsonBody } from "./json_body.ts";

/** A refusal, ready to be sent. */
export interface EncodedRefusal {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/**
 * The codes that concern the request, or the trust between two devices. All others are internal to this
 * device, with paths and the like in their messages: they are not sent.
 */
export const TOLD_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "not_found",
  "invite_own",
  "invite_expired",
  "invite_used",
  "invite_unknown",
  "key_changed",
  "unknown_peer",
  "peer_removed",
  "missing_signature",
  "invalid_signature",
  "key_superseded",
  "wrong_recipient",
  "device_forked",
  "fork_unproven",
  "replayed_nonce",
  "clock_skew",
  "digest_mismatch",
  "rotation_invalid",
  "rotation_replayed",
  "rotation_unlinked",
  "rotation_forked",
  "invalid_request",
  "invalid_ops",
  "too_large",
  "quarantine_full",
  "cursor_reset",
  "unsupported_protocol",
  "too_many_requests",
  "busy",
]);

const MAX_LINE = 300;

/** The refusal that tells a caller of `error` what it may know. */
export function encodeRefusal(error: CodememError): EncodedRefusal {
  if (!TOLD_CODES.has(error.code)) return encodeFault(error);
  const { code, status, message, hint, details } = error;
  // Members that are undefined are left out.
  return { status, body: JSON.stringify({ error: code, message, hint, ...toldDetails(details) }) };
}

function encodeFault({ consequence }: CodememError): EncodedRefusal {
  const [status, code] = consequence === "passing" ? [503, "busy"] : [500, "internal"];
  const message = "The other device cannot answer at the moment";
  return {
    status,
    body: JSON.stringify({ error: code, message, hint: "See the log and the status there" }),
  };
}

/**
 * Reads a refusal. A code of a newer version is taken for the nearest one of ours that has its status;
 * a body that is no refusal comes from something between the devices.
 *
 * @param status of the response
 * @returns the error to throw
 */
export function decodeRefusal(status: number, bytes: Uint8Array): CodememError {
  const value = parseJsonBody(bytes);
  if (!isJsonObject(value) || typeof value.error !== "string") {
    return new CodememError(
      "invalid_response",
      `Cannot read the peer's answer: it has status ${status} and is not of codemem`,
      { hint: "Check that no proxy stands between the devices" },
    );
  }
  const isOurs = isErrorCode(value.error) && TOLD_CODES.has(value.error);
  const code = isOurs ? value.error as ErrorCode : nearestCode(status);
  return new CodememError(code, messageOf(value, status), {
    hint: lineOf(value.hint),
    details: toldDetails(value),
  });
}

/** The facts beside the words: the time and the keys of who refuses, and the word of who is refused. */
function toldDetails(
  { server_time: serverTime, known_life: knownLife, keys }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    ...(isJsonObject(keys) ? { keys } : {}),
    ...(isTimestamp(serverTime) ? { server_time: serverTime } : {}),
    ...(parseSignedLife(knownLife) === undefined ? {} : { known_life: String(knownLife) }),
  };
}

function messageOf({ error, message }: JsonObject, status: number): string {
  return lineOf(message) ??
    `The peer has refused: ${lineOf(error) ?? "no reason"} (status ${status})`;
}

/** The other side's words, fit for a terminal. */
function lineOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = value.toWellFormed().replace(/[\p{C}\p{Z}\s]+/gu, " ").trim();
  return line === "" ? undefined : line.slice(0, MAX_LINE).toWellFormed();
}

function nearestCode(status: number): ErrorCode {
  if (status === 401) return "invalid_signature";
  if (status === 403) return "unknown_peer";
  if (status === 404) return "not_found";
  if (status === 413) return "too_large";
  if (status === 426) return "unsupported_protocol";
  if (status === 429) return "too_many_requests";
  if (status === 503) return "busy";
  return status >= 400 && status < 500 ? "invalid_request" : "invalid_response";
}
