/** The memories of a store, as records that an import takes back without loss. */
import type { JsonObject } from "../../model/canonical_json.ts";
import { encodeExportRecord } from "./export_record.ts";
import type { Store } from "../store.ts";

/**
 * The memories of a store, oldest first, read as they are asked for.
 *
 * The command writes them as JSON Lines, one record a line, or as one array; both forms import.
 *
 * @param options.includeDeleted also the tombstones: with them, an import into an empty store leads
 * to the same digest
 */
export function* exportMemories(
  store: Pick<Store, "memories">,
  options: { readonly includeDeleted?: boolean } = {},
): Generator<JsonObject> {
  for (const memory of store.memories.all(options)) yield encodeExportRecord(memory);
}
