/** Reading a database that anybody may have made. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

/** Keeps what the file says of itself from running code or misleading the reader (sqlite.org/security.html). */
export function harden(database: DatabaseSync): void {
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

/** Whether there is such a table; a view or a virtual table may run code of its own. */
export function isTable(database: DatabaseSync, name: string): boolean {
  const found = `SELECT 1 FROM sqlite_master
    WHERE name = '${name}' AND type = 'table' AND sql LIKE 'CREATE TABLE%'`;
  return value(database, found) !== undefined;
}

/** The one value of a query; `undefined` where it has no row. */
export function value(database: DatabaseSync, sql: string): SQLOutputValue | undefined {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  const row = statement.get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/**
 * The rows of a query one by one.
 *
 * @param read translates what reading throws
 * @param begin starts the query
 */
export function* eachRow<Row>(
  read: <T>(body: () => T) => T,
  begin: () => Iterator<Row>,
): Generator<Row> {
  const rows = read(begin);
  for (;;) {
    const next = read(() => rows.next());
    if (next.done === true) return;
    yield next.value;
  }
}
