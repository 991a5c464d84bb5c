/** What happens by itself when a device is started for the first time. */
import { type CodememError, toCodememError } from "../../errors.ts";
import { findUpstreamDatabase } from "../../store/import/find_upstream.ts";
import { importFile, type ImportReport } from "../../store/import/import_file.ts";
import type { Store } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { counted } from "../../model/counted.ts";

/**
 * Takes in the database of the program that was here before, beside what is here already. Until that
 * has been done to its end, every start tries it again; a failure keeps nothing from starting.
 *
 * @param onFault is told why it could not be done
 * @throws interrupted
 */
export async function importUpstreamOnce(
  context: CommandContext,
  store: Store,
  onFault: (error: CodememError) => void,
): Promise<void> {
  const { paths, output, signal } = context;
  if (paths.home !== undefined || store.device.record().firstImportAt !== null) return;
  try {
    const found = findUpstreamDatabase(paths.database);
    if (found === undefined) return;
    output.note(`Importing the memories of ${found}`);
    // A start can be interrupted between two batches.
    const report = await importFile(store, found, { onProgress: () => signal.throwIfAborted() });
    store.device.setFirstImport();
    tell(report, context);
  } catch (thrown) {
    const error = toCodememError(thrown);
    if (error.code === "interrupted") throw error;
    onFault(error);
    warn(error, context);
  }
}

function tell({ applied, skippedCount, warnings }: ImportReport, { output }: CommandContext): void {
  for (const warning of warnings) output.warn(warning);
  output.note(`Imported ${counted(applied, "memory")}; the file is unchanged`);
  if (skippedCount === 0) return;
  output.warn(
    `${counted(skippedCount, "row")} could not be imported: \`codemem import\` lists them`,
  );
}

function warn({ message }: CodememError, { output }: CommandContext): void {
  output.warn(`the memories of the earlier codemem have not been imported yet: ${message}`);
  output.note("hint: The next start tries again; move mem.sqlite away to prevent that");
}
