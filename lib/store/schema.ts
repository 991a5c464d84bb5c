/** The schema of a database as a text, to tell a database of this program from one that only claims it. */
import type { Column, Database } from "./database.ts";

/** Leaves out the text of what SQLite and its search make by themselves: it differs by their versions. */
const PARTS =
  `SELECT type, name, tbl_name, CASE WHEN name NOT LIKE 'memories\\_fts\\_%' ESCAPE '\\' THEN sql END AS sql,
    (SELECT group_concat(name || ' ' || type || ' ' || hidden) FROM pragma_table_xinfo(part.name))
      AS columns
  FROM sqlite_schema AS part
  WHERE NOT (type IN ('table', 'index') AND name LIKE 'sqlite\\_%' ESCAPE '\\')
  ORDER BY type, name`;

/** Tables with columns and constraints, indexes, views and triggers: equal texts for equal schemas. */
export function schemaOf(database: Database): string {
  const parts = database.all(PARTS).map((part) => ({ ...part, sql: withoutComments(part.sql) }));
  return JSON.stringify(parts);
}

/** Comments and layout may have changed since the database was made. */
function withoutComments(sql: Column | undefined): string | null {
  if (typeof sql !== "string") return null;
  return sql.replaceAll(/--[^\n]*/g, "").replaceAll(/\s+/g, " ");
}
