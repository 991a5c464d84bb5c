import { titleOf } from "../../model/memory.ts";
import { DEFAULT_KIND } from "../../model/memory_fields.ts";
import { defineCommand } from "../command.ts";
import { checkTitle, FIELD_OPTIONS, givenFields } from "../input/memory_fields.ts";
import { memoryJson } from "../../model/memory_json.ts";
import { shortId } from "../output/memory_list.ts";
import { plainLine } from "../output/plain_text.ts";
import { readText } from "../input/read_text.ts";

/** Stores a memory. */
export const command = defineCommand({
  arguments: [{ name: "TEXT", summary: "what to remember; - reads it from standard input" }],
  options: {
    title: {
      type: "text",
      value: "TEXT",
      summary: "a title (default: the first line of the text)",
    },
    ...FIELD_OPTIONS,
  },
  async run({ words, options, json }, { openStore, stdin, output }) {
    const fields = givenFields(options);
    const given = options.title === undefined ? undefined : checkTitle(options.title);
    const body = await readText(words[0]!, stdin);
    const store = await openStore();
    const memory = store.memories.remember({
      kind: DEFAULT_KIND,
      title: given ?? titleOf(body),
      body,
      ...fields,
    });
    if (json) output.json(memoryJson(memory));
    else output.line(`Remembered ${shortId(memory.id)}: ${plainLine(memory.title)}`);
  },
});
