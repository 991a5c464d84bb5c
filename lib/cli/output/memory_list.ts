/** Lists of memories, as `recent` and `search` show them. */
import type { Memory } from "../../model/memory.ts";
import type { OptionSpecs, OptionValues } from "../input/arguments.ts";
import type { CommandContext } from "../command.ts";
import { USUAL_KINDS } from "../../model/memory_fields.ts";
import { memoryJson } from "../../model/memory_json.ts";
import { relativeTime } from "../../model/relative_time.ts";
import { isUuid } from "../../model/uuid.ts";

/** The options of commands that list memories. */
export const LIST_OPTIONS = {
  limit: {
    type: "integer",
    min: 1,
    max: 10_000,
    short: "n",
    summary: "at most this many (default: 20)",
  },
  project: { type: "text", value: "NAME", summary: "only of this project" },
  kind: { type: "text", value: "KIND", summary: "only of this kind", suggestions: USUAL_KINDS },
  all: { type: "flag", summary: "include memories that were set aside" },
} as const satisfies OptionSpecs;

const DEFAULT_LIMIT = 20;

/** What the store is asked for by these options. */
export function listFilter({ limit, project, kind, all }: OptionValues<typeof LIST_OPTIONS>) {
  return {
    limit: limit ?? DEFAULT_LIMIT,
    includeInactive: all,
    ...(project === undefined ? {} : { project }),
    ...(kind === undefined ? {} : { kind }),
  };
}

/** Shows memories as a table or as one JSON array. */
export function showList(
  memories: readonly Memory[],
  { output, nowMs }: CommandContext,
  options: { readonly json: boolean; readonly empty: string },
): void {
  if (options.json) return output.json(memories.map(memoryJson));
  if (memories.length === 0) return output.note(options.empty);
  const now = nowMs();
  output.table(
    [
      { title: "ID" },
      { title: "CREATED" },
      { title: "KIND" },
      { title: "PROJECT" },
      { title: "TITLE", elastic: true },
    ],
    memories.map((memory) => [
      shortId(memory.id),
      relativeTime(memory.createdAt, now),
      memory.kind,
      memory.project ?? "-",
      memory.title,
    ]),
  );
}

/** The start of a random id stands for it; the ids of imported rows begin alike. */
export function shortId(id: string): string {
  return isUuid(id) ? id.slice(0, 8) : id;
}
