/** Reads the memories of an upstream database, whatever its age, into candidates. */
import { hash } from "node:crypto";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { isDeviceId } from "../../model/device.ts";
import { MAX_PAYLOAD_BYTES } from "../../model/memory.ts";
import { APPLICATION_ID } from "../migrate.ts";
import { openSource, type OpenSourceOptions, sourceBusy } from "./open_source.ts";
import { refuseImport, WHAT_TO_IMPORT } from "./refusal.ts";
import type { UpstreamRow } from "./row_reader.ts";
import type { ImportSource } from "./import_source.ts";
import { readUpstreamRow } from "./upstream_row.ts";

const LAST_PYTHON_VERSION = 6;
const LAST_KNOWN_VERSION = 19;
const REQUIRED = ["id", "kind", "title", "body_text", "created_at"];
const OPTIONAL = [
  ...["confidence", "tags_text", "active", "updated_at", "metadata_json", "deleted_at", "rev"],
  ...["import_key", "subtitle", "facts", "narrative", "concepts", "files_read", "files_modified"],
  ...["origin_device_id", "project"],
];

/**
 * Opens the upstream database at `path`.
 *
 * @throws invalid_import where it is damaged, our own, or another program's
 */
export async function openUpstream(
  path: string,
  options: OpenSourceOptions,
): Promise<ImportSource> {
  const source = await openGuarded(path, options);
  try {
    const { database } = source;
    const read = <T>(body: () => T) => guard(path, body);
    read(() => database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON"));
    const columns = read(() => memoryColumns(database, path));
    const userVersion = read(() => Number(value(database, "PRAGMA user_version")));
    const deviceId = read(() => deviceIdOf(database));
    const totalRows = read(() => survey(database, columns));
    return {
      kind: userVersion <= LAST_PYTHON_VERSION ? "upstream-python" : "upstream-typescript",
      userVersion,
      totalRows,
      warnings: versionWarnings(userVersion),
      *items() {
        const qualifiedLegacyKeys = read(() => legacyKeys(database, columns));
        for (const row of guardedRows(path, database, columns)) {
          const outcome = readUpstreamRow(row, { deviceId, qualifiedLegacyKeys });
          yield { row: Number(row.id ?? 0), ...outcome };
        }
      },
      assertUnchanged: () => {
        if (source.hasChanged()) throw sourceBusy(path);
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

function versionWarnings(userVersion: number): readonly string[] {
  if (userVersion <= LAST_KNOWN_VERSION) return [];
  return [
    `The file was written by a newer program (version ${userVersion}, known up to ${LAST_KNOWN_VERSION}): what it added was left out`,
  ];
}

async function openGuarded(path: string, options: OpenSourceOptions) {
  try {
    return await openSource(path, options);
  } catch (error) {
    throw translate(path, error);
  }
}

function guard<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translate(path, error);
  }
}

/** Whatever SQLite minds about a file that nobody else is writing to is damage. */
function translate(path: string, error: unknown): unknown {
  const isSqlite = error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
  if (!isSqlite) return error;
  return refuseImport(
    path,
    "the database is damaged",
    "Restore a backup of it, or save what is left with `sqlite3 FILE .recover`",
    error,
  );
}

/** The known columns of `memory_items`; a view or a virtual table may run code of its own. */
function memoryColumns(database: DatabaseSync, path: string): readonly string[] {
  if (value(database, "PRAGMA application_id") === BigInt(APPLICATION_ID)) {
    throw refuseImport(
      path,
      "it is the database of another codemem device of yours",
      "Pair the devices with `codemem sync pair`, or import what `codemem export` writes there",
    );
  }
  const isTable = value(
    database,
    "SELECT 1 FROM sqlite_master WHERE name = 'memory_items' AND type = 'table' AND sql LIKE 'CREATE TABLE%'",
  ) !== undefined;
  const present = isTable ? columnNames(database, "memory_items") : new Set<string>();
  if (!REQUIRED.every((name) => present.has(name))) {
    throw refuseImport(path, "it is the database of another program", WHAT_TO_IMPORT);
  }
  return [...REQUIRED, ...OPTIONAL.filter((name) => present.has(name))];
}

function columnNames(database: DatabaseSync, table: string): Set<string> {
  const rows = database.prepare(`PRAGMA table_info(${table})`).all();
  return new Set(rows.map(({ name }) => String(name)));
}

/**
 * The id of the device the database was made on. One that never took part in sync names none; its
 * first session stands for it, which was written once and never again, wherever the file is copied.
 */
function deviceIdOf(database: DatabaseSync): string {
  const tables = ["sync_device", "sessions"].map((name) => columnNames(database, name));
  const [device, sessions] = tables as [Set<string>, Set<string>];
  if (device.has("device_id")) {
    const named = String(value(database, "SELECT device_id FROM sync_device LIMIT 1") ?? "").trim();
    if (isDeviceId(named)) return named;
  }
  const first = sessions.has("id") && sessions.has("started_at")
    ? database.prepare("SELECT id, started_at AS at FROM sessions ORDER BY id LIMIT 1").get()
    : undefined;
  const stand = first ??
    database.prepare("SELECT id, created_at AS at FROM memory_items ORDER BY id LIMIT 1").get();
  const text = `codemem-import\n${stand?.id}\n${stand?.at}`;
  return `imported-${hash("sha256", text, "hex").slice(0, 32)}`;
}

/**
 * Counts the memories and touches every page that holds one, so that a damaged file is refused
 * before anything of it is taken.
 */
function survey(database: DatabaseSync, columns: readonly string[]): number {
  const lengths = columns.map((name) => `total(length("${name}"))`).join(" + ");
  return Number(database.prepare(`SELECT count(*) AS n, ${lengths} FROM memory_items`).get()!.n);
}

function* guardedRows(
  path: string,
  database: DatabaseSync,
  columns: readonly string[],
): Generator<UpstreamRow> {
  const rows = guard(path, () => {
    const statement = database.prepare(selectRows(database, columns));
    statement.setReadBigInts(true);
    return statement.iterate();
  });
  for (;;) {
    const next = guard(path, () => rows.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/**
 * Texts with a NUL come as bytes, since the runtime would end them there; what is too large for any
 * memory does not come at all, only the news of it.
 */
function selectRows(database: DatabaseSync, columns: readonly string[]): string {
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
function legacyKeys(
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

/** The one value of a query; `undefined` where it has no row. */
function value(database: DatabaseSync, sql: string): SQLOutputValue | undefined {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  const row = statement.get();
  return row === undefined ? undefined : Object.values(row)[0];
}
