/** What happens by itself when a device is started for the first time. */
import { findUpstreamDatabase } from "../store/import/find_upstream.ts";
import { importFile } from "../store/import/import_file.ts";
import type { Store } from "../store/store.ts";
import type { CommandContext } from "./command.ts";

/** Takes in the database of the program that was here before, where this one is still empty. */
export async function importUpstreamOnce(
  { paths, output }: CommandContext,
  store: Store,
): Promise<void> {
  const { digest } = store.log.snapshot();
  if (paths.home !== undefined || digest.live + digest.tombstones > 0) return;
  const found = findUpstreamDatabase(paths.database);
  if (found === undefined) return;
  output.note(`Taking in the memories of ${found}`);
  const { applied } = await importFile(store, found);
  output.note(`Took in ${applied} memories; the file is as it was`);
}
