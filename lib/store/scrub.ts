/** Removing what a delete leaves behind in the write-ahead log. */
import { CodememError } from "../errors.ts";
import type { Database } from "./database.ts";

/**
 * Empties the write-ahead log where it may still hold the text of something deleted. The pages
 * themselves were overwritten by the delete (`secure_delete`).
 *
 * @returns false where another process was in the way: it stays due, for a later call
 */
export function scrub(database: Database): boolean {
  // Within a transaction it stays due: the next change that deletes, or the housekeeping, sees to it.
  if (database.inTransaction) return false;
  try {
    return scrubNow(database);
  } catch (error) {
    if (error instanceof CodememError && error.code === "database_busy") return false;
    throw error;
  }
}

function scrubNow(database: Database): boolean {
  const due = database.get("SELECT scrub_due FROM replication_digest")?.scrub_due ?? 0;
  if (due === 0) return true;
  if (!database.truncateLog()) return false;
  // Where another process has deleted something since, it stays due.
  return database.run("UPDATE replication_digest SET scrub_due = 0 WHERE scrub_due = ?", due) === 1;
}
