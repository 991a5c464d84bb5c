/** Reads the memories of a database of this program: another device's, or a backup of one. */
import type { DatabaseSync } from "node:sqlite";
import { toCodememError } from "../../errors.ts";
import { decodeExportRecord, encodeExportRecord } from "../memories/export_record.ts";
import { memoryFromRow } from "../memories/memory_row.ts";
import type { Row } from "../database.ts";
import { readFileHeader } from "../file_header.ts";
import { APPLICATION_ID } from "../migrate.ts";
import type { ImportSource, SourceItem } from "./import_source.ts";
import { openSource, type OpenSourceOptions, sourceBusy } from "./open_source.ts";
import { refuseImport } from "./refusal.ts";

/** Whether the file at `path` is a database of this program, whichever version of it. */
export function isOwnDatabase(path: string): boolean {
  return readFileHeader(path)?.applicationId === APPLICATION_ID;
}

/**
 * Opens the database at `path` for its memories alone: whom it trusts and who it is stays there.
 *
 * @throws invalid_import where it is damaged; what {@link openSource} throws
 */
export async function openOwn(path: string, options: OpenSourceOptions): Promise<ImportSource> {
  const source = await openSource(path, options);
  const read = <T>(body: () => T): T => {
    try {
      return body();
    } catch (error) {
      throw refuseImport(path, "the database is damaged", "Restore a backup of it", error);
    }
  };
  try {
    read(() => {
      source.database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
      // A view or a virtual table may run code of its own.
      const isTable = "SELECT count(*) AS value FROM sqlite_master WHERE name = 'memories' " +
        "AND type = 'table' AND sql LIKE 'CREATE TABLE%'";
      if (one(source.database, isTable) !== 1) throw new Error("memories is not a table");
    });
    const count = read(() => one(source.database, "SELECT count(*) AS value FROM memories"));
    const version = read(() => one(source.database, "SELECT * FROM pragma_user_version"));
    return {
      kind: "codemem",
      userVersion: version,
      totalRows: count,
      warnings: [],
      *items() {
        const statement = read(() => source.database.prepare("SELECT * FROM memories"));
        const rows = statement.iterate();
        for (;;) {
          const next = read(() => rows.next());
          if (next.done === true) return;
          yield itemFrom(next.value as Row);
        }
      },
      assertUnchanged() {
        if (source.hasChanged()) throw sourceBusy(path);
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

function one(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get()!)[0]);
}

/** A row is believed as little as a record of an export: it goes through the same door. */
function itemFrom(row: Row): SourceItem {
  const number = Number(row.row_id);
  try {
    return { row: number, ...decodeExportRecord(encodeExportRecord(memoryFromRow(row))) };
  } catch (error) {
    return { row: number, problem: toCodememError(error).message };
  }
}
