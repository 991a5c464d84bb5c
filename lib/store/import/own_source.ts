/** Reads the memories of a database of this program: another device's, or a backup of one. */
import { toCodememError } from "../../errors.ts";
import { decodeExportRecord, encodeExportRecord } from "../memories/export_record.ts";
import { memoryFromRow } from "../memories/memory_row.ts";
import type { Row } from "../database.ts";
import { readFileHeader } from "../file_header.ts";
import { APPLICATION_ID } from "../migrate.ts";
import { eachRow, harden, isTable, value } from "./foreign_database.ts";
import type { ImportSource, SourceItem } from "./import_source.ts";
import { openSource, type OpenSourceOptions, sourceBusy } from "./open_source.ts";
import { refuseImport } from "./refusal.ts";

/** Whether the file at `path` is a database of this program, whichever version of it. */
export function isOwnDatabase(path: string): boolean {
  return readFileHeader(path)?.applicationId === APPLICATION_ID;
}

/**
 * Opens the database at `path` for its memories alone: its identity and its pairings are not read.
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
    const { database } = source;
    read(() => {
      harden(database);
      if (!isTable(database, "memories")) throw new Error("memories is not a table");
    });
    const totalRows = read(() => Number(value(database, "SELECT count(*) FROM memories")));
    const userVersion = read(() => Number(value(database, "PRAGMA user_version")));
    return {
      ...{ kind: "codemem", userVersion, totalRows, warnings: [] },
      *items() {
        const begin = () => database.prepare("SELECT * FROM memories").iterate();
        for (const row of eachRow(read, begin)) yield itemFrom(row as Row);
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

/** A row is trusted no more than a record of an export: it is checked in the same way. */
function itemFrom(row: Row): SourceItem {
  const rowId = Number(row.row_id);
  try {
    return { row: rowId, ...decodeExportRecord(encodeExportRecord(memoryFromRow(row))) };
  } catch (error) {
    return { row: rowId, problem: toCodememError(error).message };
  }
}
