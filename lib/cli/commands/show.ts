import type { HistoryEntry } from "../../store/memories/history.ts";
import { CodememError } from "../../errors.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { memoryJson } from "../../model/memory_json.ts";
import { showMemory } from "../output/memory_view.ts";
import { relativeTime } from "../../model/relative_time.ts";

/** Shows one memory in full. */
export const command = defineCommand({
  arguments: [{ name: "ID", summary: "an id, or at least its first four characters" }],
  options: {
    history: { type: "flag", summary: "list the versions of the last 30 days" },
  },
  async run({ words, options, json }, context) {
    const { memories } = await context.openStore();
    const id = memories.resolve(words[0]!);
    if (options.history) return showHistory({ id, entries: memories.history(id), json }, context);
    const memory = memories.find(id);
    if (memory === undefined) {
      throw new CodememError("not_found", `The memory ${id} has just gone`, {
        hint: "Run `codemem recent` for the memories that there are",
      });
    }
    if (json) context.output.json(memoryJson(memory));
    else showMemory(memory, context.output, context.nowMs());
  },
});

function showHistory(
  { id, entries, json }: {
    readonly id: string;
    readonly entries: readonly HistoryEntry[];
    readonly json: boolean;
  },
  { output, nowMs }: CommandContext,
): void {
  if (json) {
    return output.json(entries.map(({ clock, opType, title, superseded }) => ({
      id,
      rev: clock.rev,
      updated_at: clock.updatedAt,
      device_id: clock.deviceId,
      op_type: opType,
      title,
      superseded,
    })));
  }
  if (entries.length === 0) return output.note("No versions are kept of this memory.");
  const now = nowMs();
  output.table(
    [{ title: "REV" }, { title: "CHANGED" }, { title: "DEVICE" }, {
      title: "TITLE",
      elastic: true,
    }],
    entries.map(({ clock, opType, title }) => [
      String(clock.rev),
      relativeTime(clock.updatedAt, now),
      clock.deviceId,
      opType === "delete" ? "(deleted)" : title ?? "",
    ]),
  );
}
