/** One memory in full, for people. */
import type { Memory } from "../../model/memory.ts";
import type { Output } from "./output.ts";
import { plainLine } from "./plain_text.ts";
import { relativeTime } from "../../model/relative_time.ts";

/** Shows everything that a memory holds. */
export function showMemory(memory: Memory, output: Output, nowMs: number): void {
  if (memory.deletedAt !== null) return showTombstone(memory, output, nowMs);
  output.styledLine(plainLine(memory.title), "bold");
  if (memory.subtitle !== null) output.line(plainLine(memory.subtitle));
  output.line();
  if (memory.body !== memory.title) {
    output.line(memory.body);
    output.line();
  }
  if (memory.narrative !== null) {
    output.line(memory.narrative);
    output.line();
  }
  showLists(memory, output);
  showFacts(memory, output, nowMs);
}

function showTombstone(memory: Memory, output: Output, nowMs: number): void {
  output.line(`This memory was deleted ${relativeTime(memory.deletedAt!, nowMs)}.`);
  output.line();
  output.line(`id: ${plainLine(memory.id)}`);
  output.line(`deleted: ${memory.deletedAt} by ${memory.clock.deviceId}`);
}

function showLists(memory: Memory, output: Output): void {
  const lists = [
    ["Facts", memory.facts],
    ["Concepts", memory.concepts],
    ["Files read", memory.filesRead],
    ["Files modified", memory.filesModified],
  ] as const;
  for (const [title, items] of lists) {
    if (items.length === 0) continue;
    output.line(`${title}:`);
    for (const item of items) output.line(`  - ${plainLine(item)}`);
    output.line();
  }
}

function showFacts(memory: Memory, output: Output, nowMs: number): void {
  const { clock, createdAt } = memory;
  const when = (timestamp: string) => `${timestamp} (${relativeTime(timestamp, nowMs)})`;
  const changed = `${when(clock.updatedAt)}, revision ${clock.rev} by ${clock.deviceId}`;
  const facts = [
    ["id", memory.id],
    ["kind", memory.kind],
    ["project", memory.project],
    ["tags", memory.tags.join(", ") || null],
    ["confidence", memory.confidence === null ? null : String(memory.confidence)],
    ["created", when(createdAt)],
    ["changed", clock.rev > 1 ? changed : null],
    ["origin", memory.originDeviceId],
    ["set aside", memory.active ? null : "yes"],
  ] as const;
  for (const [name, value] of facts) {
    if (value !== null) output.line(`${name}: ${plainLine(value)}`);
  }
}
