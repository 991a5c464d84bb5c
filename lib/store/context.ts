/** What every part of the store works with. */
import type { Database } from "./database.ts";

/** The database, and the sources of time and chance that came in from outside. */
export interface StoreContext {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly randomUuid: () => string;
  /** So many random bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly deviceId: () => string;
}
