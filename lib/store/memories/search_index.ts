/**
 * The words of the memories, for search.
 *
 * No trigger keeps the index: a statement that fires a trigger is a small transaction of its own, so
 * SQLite would write the words of each row by themselves. Without one, it writes the words of a whole
 * transaction at its end, at a fraction of the cost.
 */
import type { MemoryContent } from "../../model/memory.ts";
import type { Database } from "../database.ts";

/** Makes the words of a memory findable; they must be those in its row. */
export function addToIndex(
  database: Database,
  rowId: number,
  { title, body, words }: Pick<MemoryContent, "title" | "body"> & { readonly words: string },
): void {
  database.run(
    "INSERT INTO memories_fts (rowid, title, body, search_text) VALUES (?, ?, ?, ?)",
    rowId,
    title,
    body,
    words,
  );
}

/** Makes a memory unfindable; to be called while its row still holds the words that are in the index. */
export function removeFromIndex(database: Database, rowId: number): void {
  database.run("DELETE FROM memories_fts WHERE rowid = ?", rowId);
  // Written together with new words of the same row, old words at the end of a page of the index would
  // stay findable there.
  database.run("INSERT INTO memories_fts (memories_fts) VALUES ('flush')");
}

/** Builds the index anew from the rows of memories. */
export function indexAnew(database: Database): void {
  database.run("INSERT INTO main.memories_fts (memories_fts) VALUES ('delete-all')");
  database.run(
    `INSERT INTO main.memories_fts (rowid, title, body, search_text)
     SELECT row_id, title, body, search_text FROM main.memories WHERE deleted_at IS NULL`,
  );
}
