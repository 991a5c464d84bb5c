/** Reads the memories of an upstream database, whatever its age, into candidates. */
import type { DatabaseSync } from "node:sqlite";
import { systemCode } from "../../errors.ts";
import { eachRow, harden, value } from "./foreign_database.ts";
import type { ImportSource } from "./import_source.ts";
import { openSource, type OpenSourceOptions, sourceBusy } from "./open_source.ts";
import { refuseImport } from "./refusal.ts";
import type { UpstreamRow } from "./row_reader.ts";
import { readUpstreamRow } from "./upstream_row.ts";
import { deviceIdOf, legacyKeys, memoryColumns, selectRows, survey } from "./upstream_tables.ts";

const LAST_PYTHON_VERSION = 6;
const LAST_KNOWN_VERSION = 19;

/**
 * Opens the upstream database at `path`.
 *
 * @throws invalid_import where it is damaged or another program's
 */
export async function openUpstream(
  path: string,
  options: OpenSourceOptions,
): Promise<ImportSource> {
  const source = await openGuarded(path, options);
  try {
    const { database } = source;
    const read = <T>(body: () => T) => guard(path, body);
    read(() => harden(database));
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
        for (const row of eachRow(read, () => memoryRows(database, columns))) {
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

/** Whatever SQLite finds wrong with a file that nobody else is writing to is damage. */
function translate(path: string, error: unknown): unknown {
  if (systemCode(error) !== "ERR_SQLITE_ERROR") return error;
  return refuseImport(
    path,
    "the database is damaged",
    "Restore a backup of it, or save what is left with `sqlite3 FILE .recover`",
    error,
  );
}

function memoryRows(database: DatabaseSync, columns: readonly string[]): Iterator<UpstreamRow> {
  const statement = database.prepare(selectRows(database, columns));
  statement.setReadBigInts(true);
  return statement.iterate();
}
