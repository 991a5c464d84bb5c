/** Removing what a delete leaves behind in the files. */
import { CodememError } from "../../errors.ts";
import type { Database } from "../database.ts";

/**
 * Empties the write-ahead log where it may still hold deleted text; what was freed in the database
 * itself has been overwritten (`secure_delete`). That is cheap enough to follow every batch, but does not
 * replace {@link scrub}.
 */
export function scrubLog(database: Database): void {
  // Within a transaction this is left to the next change that deletes, or to the housekeeping.
  if (!database.inTransaction && countDue(database) > 0) database.truncateLog();
}

/**
 * Writes the whole database anew where something was deleted since the last time, and empties the
 * write-ahead log: when SQLite moves rows between pages, copies of them stay in the gaps, which
 * `secure_delete` never reaches. Takes about a quarter of a second for 25,000 memories.
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
