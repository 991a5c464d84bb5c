/** What a running device says of how it can be reached. */
import type { CodememError, ErrorCode } from "../errors.ts";

/** One address that should be listened on for other devices. */
export interface ListenerFact {
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  /** Why it is not, in words; null where it is. */
  readonly error: string | null;
  /** What to do about it; null where it listens, or where nothing is known. */
  readonly hint: string | null;
}

/** Why sync does not run although it is enabled, or the device cannot prove who it is. */
export interface SyncFault {
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | null;
}

/** Whether devices are looked for on the local network. */
export interface DiscoveryFact {
  /** Whether it is wanted. */
  readonly enabled: boolean;
  /** Whether it works, at least on one interface. */
  readonly active: boolean;
  /** Why it does not, or not everywhere, in words. */
  readonly error: string | null;
}

/** The last thing that went wrong in a running device, and did not end it. */
export interface FaultFact {
  readonly message: string;
  /** Canonical timestamp. */
  readonly at: string;
}

/** A failure as a value for status and facts. */
export function toFault(error: CodememError | undefined): SyncFault | null {
  if (error === undefined) return null;
  const { code, message, hint = null } = error;
  return { code, message, hint };
}
