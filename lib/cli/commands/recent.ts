import { defineCommand } from "../command.ts";
import { LIST_OPTIONS, listFilter, showList } from "../output/memory_list.ts";

/** Lists the newest memories. */
export const command = defineCommand({
  options: LIST_OPTIONS,
  async run({ options, json }, context) {
    const store = await context.openStore();
    const memories = store.memories.recent(listFilter(options));
    showList(memories, context, { json, empty: "No memories." });
  },
});
