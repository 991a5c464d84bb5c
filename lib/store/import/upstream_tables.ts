/** The questions an import asks of an upstream database. */
import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { MAX_PAYLOAD_BYTES } from "../../model/memory.ts";
import { isTable, value } from "./foreign_database.ts";
import { refuseImport, WHAT_TO_IMPORT } from "./refusal.ts";
import { asDevice } from "./upstream_id.ts";

const REQUIRED = ["id", "kind", "title", "body_text", "created_at"];
const OPTIONAL = [
  ...["confidence", "tags_text", "active", "updated_at", "metadata_json", "deleted_at", "rev"],
  ...["import_key", "subtitle", "facts", "narrative", "concepts", "files_read", "files_modified"],
  ...["origin_device_id", "project"],
];

/**
 * The columns of `memory_items` that an import reads, as far as they are there.
 *
 * @throws invalid_import where the database is another program's
 */
export function memoryColumns(database: DatabaseSync, path: string): readonly string[] {
  const present = columnNames(database, "memory_items");
  if (!REQUIRED.every((name) => present.has(name))) {
    throw refuseImport(path, "it is the database of another program", WHAT_TO_IMPORT);
  }
  return [...REQUIRED, ...OPTIONAL.filter((name) => present.has(name))];
}

/** None where there is no such table. */
function columnNames(database: DatabaseSync, table: string): Set<string> {
  if (!isTable(database, table)) return new Set();
  const rows = database.prepare(`PRAGMA table_info(${table})`).all();
  return new Set(rows.map(({ name }) => String(name)));
}

/**
 * The id of the device the database was made on. A database that never took part in sync names none:
 * then the id is derived from its first session, or else its first memory, which is the same in every
 * copy of the file.
 */
export function deviceIdOf(database: DatabaseSync): string {
  const named = columnNames(database, "sync_device").has("device_id")
    ? asDevice(value(database, "SELECT CAST(device_id AS TEXT) FROM sync_device LIMIT 1"))
    : undefined;
  if (named !== undefined) return named;
  const sessions = columnNames(database, "sessions");
  const first = sessions.has("id") && sessions.has("started_at")
    ? value(database, "SELECT id || char(10) || started_at FROM sessions ORDER BY id LIMIT 1")
    : undefined;
  const birthmark = first ??
    value(database, "SELECT id || char(10) || created_at FROM memory_items ORDER BY id LIMIT 1");
  return `imported-${hash("sha256", `codemem-import\n${birthmark}`, "hex").slice(0, 32)}`;
}

/**
 * Counts the memories and touches every page that holds one, so that a damaged file is refused
 * before anything of it is taken.
 */
export function survey(database: DatabaseSync, columns: readonly string[]): number {
  const lengths = columns.map((name) => `total(length("${name}"))`).join(" + ");
  return Number(database.prepare(`SELECT count(*) AS n, ${lengths} FROM memory_items`).get()!.n);
}

/**
 * The query for all memories in the order of their ids, with `session_project` and `oversize`.
 *
 * Texts with a NUL come as bytes, since the runtime would end them there. Values that are too large for
 * any memory are left out; `oversize` says so.
 */
export function selectRows(database: DatabaseSync, columns: readonly string[]): string {
  const tooLarge = (name: string) => `octet_length("${name}") > ${MAX_PAYLOAD_BYTES}`;
  const selected = columns.map((name) =>
    `CASE WHEN ${tooLarge(name)} THEN NULL
      WHEN typeof("${name}") = 'text' AND instr("${name}", char(0)) > 0 THEN CAST("${name}" AS BLOB)
      ELSE "${name}" END AS "${name}"`
  );
  const oversize = columns.map((name) => `ifnull(${tooLarge(name)}, 0)`).join(" OR ");
  return `SELECT ${selected.join(", ")}, ${oversize} AS oversize,
    ${sessionProject(database)} AS session_project FROM memory_items ORDER BY id`;
}

/** In the Python era the project is the session's. */
function sessionProject(database: DatabaseSync): string {
  const sessions = columnNames(database, "sessions");
  const memories = columnNames(database, "memory_items");
  const isJoined = sessions.has("id") && sessions.has("project") && memories.has("session_id");
  if (!isJoined) return "NULL";
  return "(SELECT substr(project, 1, 4096) FROM sessions WHERE sessions.id = memory_items.session_id LIMIT 1)";
}

/** The `legacy:<device>:memory_item:<n>` keys in use. */
export function legacyKeys(
  database: DatabaseSync,
  columns: readonly string[],
): ReadonlySet<string> {
  if (!columns.includes("import_key")) return new Set();
  const rows = database.prepare(
    "SELECT trim(import_key) AS key FROM memory_items WHERE trim(import_key) LIKE 'legacy:%:memory_item:%'",
  ).iterate();
  const keys = new Set<string>();
  for (const { key } of rows) keys.add(String(key));
  return keys;
}
