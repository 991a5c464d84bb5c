/** Reading all memories without having all of them in memory. */
import type { Database, Row } from "../database.ts";

const PAGE = 1_000;

/**
 * The rows of `memories` in the order in which they arrived, read a page at a time: other statements,
 * also changes, may run in between.
 *
 * @param columns of `memories`; `row_id` is always there
 */
export function* eachMemory(
  database: Database,
  columns: string,
  { includeDeleted }: { readonly includeDeleted: boolean },
): Generator<Row> {
  const condition = includeDeleted ? "" : "AND deleted_at IS NULL";
  for (let after = 0;;) {
    const rows = database.all(
      `SELECT row_id, ${columns} FROM memories WHERE row_id > ? ${condition} ORDER BY row_id LIMIT ?`,
      after,
      PAGE,
    );
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.row_id as number;
  }
}
