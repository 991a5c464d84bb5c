import { CodememError } from "../../errors.ts";
import type { MemoryContent } from "../../model/memory.ts";
import { defineCommand } from "../command.ts";
import { checkTitle, FIELD_OPTIONS, givenFields } from "../input/memory_fields.ts";
import { memoryJson } from "../../model/memory_json.ts";
import { shortId } from "../output/memory_list.ts";
import { readText } from "../input/read_text.ts";

/** The fields that can be emptied, by the option that does it. */
const CLEARED = {
  "clear-project": { project: null },
  "clear-tags": { tags: [] },
  "clear-subtitle": { subtitle: null },
  "clear-narrative": { narrative: null },
  "clear-facts": { facts: [] },
  "clear-concepts": { concepts: [] },
  "clear-files-read": { filesRead: [] },
  "clear-files-modified": { filesModified: [] },
  "clear-confidence": { confidence: null },
} as const satisfies Readonly<Record<string, Partial<MemoryContent>>>;

type ClearOption = keyof typeof CLEARED;
const CLEAR_NAMES = Object.keys(CLEARED) as ClearOption[];

const clear = (what: string) => ({ type: "flag", summary: `remove ${what}` }) as const;

/** Changes a memory. */
export const command = defineCommand({
  arguments: [{ name: "ID", summary: "an id, or at least its first four characters" }],
  details: "A list that is given (--tag, --fact, ...) replaces the list that was there.",
  options: {
    title: { type: "text", value: "TEXT", summary: "a new title" },
    body: { type: "text", value: "TEXT", summary: "a new text; - reads it from standard input" },
    ...FIELD_OPTIONS,
    "clear-project": clear("the project"),
    "clear-tags": clear("all tags"),
    "clear-subtitle": clear("the subtitle"),
    "clear-narrative": clear("the narrative"),
    "clear-facts": clear("all facts"),
    "clear-concepts": clear("all concepts"),
    "clear-files-read": clear("the files read"),
    "clear-files-modified": clear("the files modified"),
    "clear-confidence": clear("the confidence"),
  },
  async run({ words, options, json }, { openStore, stdin, output }) {
    const changes: Partial<MemoryContent> = {
      ...(options.title === undefined ? {} : { title: checkTitle(options.title) }),
      ...givenFields(options),
      ...clearedFields(givenFields(options), CLEAR_NAMES.filter((name) => options[name])),
      ...(options.body === undefined ? {} : { body: await readText(options.body, stdin) }),
    };
    if (Object.keys(changes).length === 0) {
      throw new CodememError("usage", "Nothing to change", {
        hint: "Name a field, such as --title; `codemem edit --help` lists them",
      });
    }
    const { memories } = await openStore();
    const id = memories.resolve(words[0]!);
    const memory = memories.edit(id, changes);
    if (json) output.json(memoryJson(memory));
    else output.line(`Changed ${shortId(id)}, revision ${memory.clock.rev}`);
  },
});

function clearedFields(
  given: Partial<MemoryContent>,
  names: readonly ClearOption[],
): Partial<MemoryContent> {
  const both = names.find((name) => Object.keys(CLEARED[name]).some((key) => key in given));
  if (both !== undefined) {
    throw new CodememError("usage", `Cannot clear and set the same field: --${both}`, {
      hint: `Leave --${both} out, or the option that sets the field`,
    });
  }
  return Object.assign({}, ...names.map((name) => CLEARED[name]));
}
