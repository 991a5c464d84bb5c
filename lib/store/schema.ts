/** What a database is made of, to tell one of this program from one that only says so. */
import type { Column, Database } from "./database.ts";

/** What SQLite and its search make by themselves is of their versions, and has reserved names. */
const PARTS =
  `SELECT type, name, tbl_name, CASE WHEN name NOT LIKE 'memories\\_fts\\_%' ESCAPE '\\' THEN sql END AS sql,
    (SELECT group_concat(name || ' ' || type || ' ' || hidden) FROM pragma_table_xinfo(part.name))
      AS columns
  FROM sqlite_schema AS part
  WHERE NOT (type IN ('table', 'index') AND name LIKE 'sqlite\\_%' ESCAPE '\\')
  ORDER BY type, name`;

/** Its tables with their columns and constraints, indexes, views and triggers: equal texts where they are equal. */
export function schemaOf(database: Database): string {
  const parts = database.all(PARTS).map((part) => ({ ...part, sql: withoutWords(part.sql) }));
  return JSON.stringify(parts);
}

/** What is only for people may have been worded anew since the database was made. */
function withoutWords(sql: Column | undefined): string | null {
  if (typeof sql !== "string") return null;
  return sql.replaceAll(/--[^\n]*/g, "").replaceAll(/\s+/g, " ");
}
