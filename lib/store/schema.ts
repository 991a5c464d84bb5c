/** What a database is made of, to tell one of this program from one that only says so. */
import type { Database } from "./database.ts";

/** Indexes and tables that SQLite makes by itself have reserved names. */
const PARTS =
  `SELECT type, name, tbl_name, CASE WHEN type IN ('view', 'trigger') THEN sql END AS sql,
    (SELECT group_concat(name || ' ' || type || ' ' || hidden) FROM pragma_table_xinfo(part.name))
      AS columns
  FROM sqlite_schema AS part
  WHERE NOT (type IN ('table', 'index') AND name LIKE 'sqlite\\_%' ESCAPE '\\')
  ORDER BY type, name`;

/** Its tables with their columns, its indexes, views and triggers: equal texts where they are equal. */
export function schemaOf(database: Database): string {
  return JSON.stringify(database.all(PARTS));
}
