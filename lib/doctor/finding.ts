/** What a check has found, as a value. */
import { type CodememError, toCodememError } from "../errors.ts";

/**
 * `warning`: it works, but not as it was meant; `skipped`: there was nothing to look at, for the
 * reason that is told.
 */
export type Outcome = "ok" | "warning" | "failed" | "skipped";

/** How one thing stands. */
export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence without a full stop. */
  readonly detail: string;
  /** What to do about it: one line, an imperative. */
  readonly hint?: string | undefined;
}

/** Everything that is looked at on this device. */
export type Check =
  | "settings"
  | "sync"
  | "daemon"
  | "listener"
  | "port_owner"
  | "inbound"
  | "own_addresses"
  | "mdns"
  | "key_store"
  | "peers"
  | "database"
  | "lives"
  | "digest"
  | "quarantine"
  | "legacy_rows"
  | "folder"
  | "file_system"
  | "disk_space"
  | "linger";

/** How one thing stands, what was looked at, and how long the look took. */
export interface Finding extends Judgement {
  readonly check: Check;
  /** Which of several: a peer's name, an address, a port. */
  readonly subject?: string | undefined;
  readonly elapsedMs: number;
}

/** It is as it should be. */
export function ok(detail: string): Judgement {
  return { outcome: "ok", detail };
}

/** It works, but not as it was meant. */
export function warning(detail: string, hint: string): Judgement {
  return { outcome: "warning", detail, hint };
}

/** It does not work. */
export function failed(detail: string, hint: string | undefined): Judgement {
  return { outcome: "failed", detail, hint };
}

/** There was nothing to look at. */
export function skipped(detail: string): Judgement {
  return { outcome: "skipped", detail };
}

/** What an error says of the thing that was looked at. */
export function failedWith({ message, hint }: CodememError): Judgement {
  return failed(message, hint);
}

/** One look at one thing. */
export interface Look {
  readonly check: Check;
  readonly subject?: string;
  /** What it throws is what it has found. */
  readonly look: () => Judgement | Promise<Judgement>;
}

/**
 * Looks, and takes the time. A look that fails is a finding too: nothing keeps the other checks from
 * being made.
 *
 * @param monotonicMs a clock that nobody sets
 */
export async function examine(
  { check, subject, look }: Look,
  monotonicMs: () => number,
): Promise<Finding> {
  const startMs = monotonicMs();
  const judgement = await judged(look);
  return { check, subject, ...judgement, elapsedMs: monotonicMs() - startMs };
}

async function judged(look: Look["look"]): Promise<Judgement> {
  try {
    return await look();
  } catch (error) {
    return failedWith(toCodememError(error));
  }
}
