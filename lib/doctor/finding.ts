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

/** The checks of this device, by name. */
export type CheckName =
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

/** A judgement, what it is about, and how long the check took. */
export interface Finding extends Judgement {
  readonly check: CheckName;
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

/** A check of one thing. */
export interface DeviceCheck {
  readonly check: CheckName;
  readonly subject?: string;
  /** Looks and judges; what it throws is a finding too. */
  readonly run: () => Judgement | Promise<Judgement>;
}

/**
 * Runs a check and times it. A check that throws is a finding too: nothing keeps the others from being
 * made.
 *
 * @param monotonicMs a monotonic clock, in milliseconds
 */
export async function examine(
  { check, subject, run }: DeviceCheck,
  monotonicMs: () => number,
): Promise<Finding> {
  const startMs = monotonicMs();
  const judgement = await judged(run);
  return { check, subject, ...judgement, elapsedMs: monotonicMs() - startMs };
}

async function judged(run: DeviceCheck["run"]): Promise<Judgement> {
  try {
    return await run();
  } catch (error) {
    return failedWith(toCodememError(error));
  }
}
