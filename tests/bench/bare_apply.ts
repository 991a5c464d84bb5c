/**
 * What SQLite alone needs: writes the ops and memories of one database into another one with the same
 * tables, in transactions of 500 rows. Prints the milliseconds.
 *
 *   deno run -A bare_apply.ts SOURCE TARGET
 */
import { Database, type Row } from "../../lib/store/database.ts";
import { openStore } from "../../lib/store/store.ts";

const ROWS_A_TRANSACTION = 500;
const WORDS = ["row_id", "title", "body", "search_text"];
const INSERT_WORDS =
  "INSERT INTO memories_fts (rowid, title, body, search_text) VALUES (?, ?, ?, ?)";

const [source, target] = Deno.args as [string, string];
openStore({ path: target }).close();
const rows = readRows(source, ["replication_ops", "memories"]);
const database = new Database(target);
const startedMs = performance.now();
apply(database, rows);
console.log(performance.now() - startedMs);
database.close();

/** Each op with the memory it made. */
function readRows(path: string, tables: readonly [ops: string, memories: string]): Row[][] {
  const database = new Database(path);
  const [ops, memories] = tables.map((table) => database.all(`SELECT * FROM ${table} ORDER BY 1`));
  database.close();
  return ops!.map((op, index) => [op, memories![index]!]);
}

function apply(database: Database, rows: readonly Row[][]): void {
  const [op, memory] = rows[0]!;
  const insertOp = `${insertInto("replication_ops", op!)} ON CONFLICT (op_id) DO NOTHING`;
  const insertMemory = insertInto("memories", memory!);
  const values = rows.map(([op, memory]) => [
    Object.values(op!),
    Object.values(memory!),
    WORDS.map((name) => memory![name]!),
  ]);
  for (let start = 0; start < values.length; start += ROWS_A_TRANSACTION) {
    database.write(() => {
      for (const [op, memory, words] of values.slice(start, start + ROWS_A_TRANSACTION)) {
        database.run(insertOp, ...op!);
        database.run(insertMemory, ...memory!);
        database.run(INSERT_WORDS, ...words!);
      }
    });
  }
}

function insertInto(table: string, row: Row): string {
  const names = Object.keys(row);
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
}
