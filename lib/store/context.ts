/** What every part of the store works with. */
import type { Database } from "./database.ts";

/** The database, and the sources of time and randomness. */
export interface StoreContext {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly randomUuid: () => string;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly deviceId: () => string;
}
