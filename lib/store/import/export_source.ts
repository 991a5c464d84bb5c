/** Reads an export of our own: JSON Lines or one array. */
import { decodeExportRecord, isExportRecord } from "../memories/export_record.ts";
import { access } from "./detect.ts";
import type { ImportSource, SourceItem } from "./import_source.ts";
import { readElements, readLines, type RecordText } from "./json_records.ts";
import { refuseImport, WHAT_TO_IMPORT } from "./refusal.ts";

/** One of the first records of an export is a memory, even if some are damaged. */
const RECORDS_TO_JUDGE_BY = 100;

/**
 * Opens the export at `path`.
 *
 * @throws invalid_import where none of the first records is a memory
 */
export function openExport(path: string, form: "json_lines" | "json_array"): ImportSource {
  const read = () => (form === "json_lines" ? readLines(path) : readElements(path));
  if (access(path, () => !looksLikeExport(read()))) {
    throw refuseImport(path, "it is JSON, but not an export of codemem", WHAT_TO_IMPORT);
  }
  return {
    kind: "export",
    userVersion: undefined,
    totalRows: undefined,
    warnings: [],
    *items() {
      for (const record of read()) yield readRecord(record);
    },
    assertUnchanged: () => {},
    close: () => {},
  };
}

/** An empty array is the export of a store without memories. */
function looksLikeExport(records: Iterable<RecordText>): boolean {
  let judged = 0;
  for (const record of records) {
    if (record.text !== undefined && isExportRecord(parse(record.text))) return true;
    if (++judged === RECORDS_TO_JUDGE_BY) return false;
  }
  return judged === 0;
}

function readRecord(record: RecordText): SourceItem {
  if (record.text === undefined) return record;
  const value = parse(record.text);
  if (value === undefined) return { row: record.row, problem: "not JSON" };
  return { row: record.row, ...decodeExportRecord(value) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
