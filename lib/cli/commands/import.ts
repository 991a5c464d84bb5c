import type { ImportReport } from "../../store/import/import_file.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { Output } from "../output/output.ts";

/** Imports the memories of another database or of an export. */
export const command = defineCommand({
  arguments: [{ name: "FILE", summary: "a database or an export of codemem" }],
  details: "The file is left unchanged. Importing it again changes nothing.",
  async run({ words, json }, context) {
    const report = await importWithProgress(words[0]!, context);
    for (const warning of report.warnings) context.output.warn(warning);
    if (json) context.output.json(reportJson(report));
    else showReport(report, context.output);
  },
});

async function importWithProgress(path: string, { openStore, output }: CommandContext) {
  const { importFile } = await import("../../store/import/import_file.ts");
  const store = await openStore({ keepsPermissions: true });
  try {
    return await importFile(store, path, {
      onProgress: ({ rows, totalRows }) =>
        output.progress(`${rows}${totalRows === undefined ? "" : ` of ${totalRows}`} rows`),
    });
  } finally {
    output.endProgress();
  }
}

function reportJson(report: ImportReport) {
  return {
    source: report.source,
    user_version: report.userVersion ?? null,
    rows: report.rows,
    applied: report.applied,
    unchanged: report.unchanged,
    stale: report.stale,
    superseded: report.superseded,
    tombstones: report.tombstones,
    inactive: report.inactive,
    duplicates: report.duplicates,
    skipped_count: report.skippedCount,
    skipped: report.skipped,
    warnings: report.warnings,
  };
}

function showReport(report: ImportReport, output: Output): void {
  const { rows, applied, unchanged, stale, superseded, skippedCount } = report;
  output.line(`Imported ${applied} of ${rows} rows`);
  if (unchanged > 0) output.line(`already here: ${unchanged}`);
  if (stale > 0) output.line(`newer here: ${stale}`);
  if (superseded > 0) output.line(`moved to another row: ${superseded}`);
  if (skippedCount === 0) return;
  output.line(`not taken: ${skippedCount}`);
  for (const { row, reason } of report.skipped) output.line(`  row ${row}: ${reason}`);
}
