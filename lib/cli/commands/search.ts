import { CodememError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import { LIST_OPTIONS, listFilter, showList } from "../output/memory_list.ts";

/** Finds memories by their words. */
export const command = defineCommand({
  arguments: [{
    name: "QUERY",
    repeatable: true,
    summary: "words that must all occur; a phrase in double quotes must occur as it is",
  }],
  options: LIST_OPTIONS,
  async run({ words, options, json }, context) {
    const text = words.join(" ");
    if (text.trim() === "") {
      throw new CodememError("invalid_input", "Cannot search: the query is empty", {
        hint: "Give a word to look for, or list the newest with `codemem recent`",
      });
    }
    const store = await context.openStore();
    const memories = store.memories.search({ ...listFilter(options), text });
    showList(memories, context, { json, empty: "No memory holds all of these words." });
  },
});
