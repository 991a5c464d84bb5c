import { defineCommand } from "../command.ts";
import { memoryJson } from "../../model/memory_json.ts";
import { shortId } from "../output/memory_list.ts";

/** Deletes memories: all that were named, or none. */
export const command = defineCommand({
  arguments: [{
    name: "ID",
    repeatable: true,
    summary: "an id, or at least its first four characters",
  }],
  details: "Erases the text here at once, and on every other device when it syncs.",
  async run({ words, json }, { openStore, output }) {
    const store = await openStore();
    const ids = words.map((word) => store.memories.resolve(word));
    const forgotten = store.memories.forget(ids);
    if (json) output.json(forgotten.map(memoryJson));
    else for (const { id } of forgotten) output.line(`Forgot ${shortId(id)}`);
  },
});
