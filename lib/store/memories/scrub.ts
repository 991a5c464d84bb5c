/** Removing what a delete leaves behind in the files. */
import { CodememError } from "../../errors.ts";
import type { Database } from "../database.ts";

/**
 * Empties the write-ahead log where it may still hold the text of something deleted; what was freed in
 * the database itself has been overwritten (`secure_delete`). Cheap, so that it can follow every batch.
 * It stays due all the same: see {@link scrub}.
 */
export function scrubLog(database: Database): void {
  // Within a transaction it is left to the next change that deletes, or to the housekeeping.
  if (!database.inTransaction && countDue(database) > 0) database.truncateLog();
}

/**
 * Writes the whole database anew where something was deleted since the last time, and empties the
 * write-ahead log. When SQLite moves rows between pages, copies of them stay in the gaps, and
 * `secure_delete` never reaches these. Takes about a quarter of a second for 25,000 memories.
 *
 * @returns false where another process was in the way or the disk is full: it stays due
 */
export function scrub(database: Database): boolean {
  if (database.inTransaction) return false;
  try {
    return scrubNow(database);
  } catch (error) {
    if (error instanceof CodememError && PASSING.has(error.code)) return false;
    throw error;
  }
}

const PASSING: ReadonlySet<string> = new Set(["database_busy", "database_full"]);

function scrubNow(database: Database): boolean {
  const due = countDue(database);
  if (due === 0) return true;
  database.exec("VACUUM");
  if (!database.truncateLog()) return false;
  // Where another process has deleted something since, it stays due.
  return database.run("UPDATE replication_digest SET scrub_due = 0 WHERE scrub_due = ?", due) === 1;
}

function countDue(database: Database): number {
  return (database.get("SELECT scrub_due FROM replication_digest")?.scrub_due ?? 0) as number;
}
