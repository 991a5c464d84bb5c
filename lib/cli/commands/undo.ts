import { CodememError } from "../../errors.ts";
import { counted } from "../../model/counted.ts";
import { HISTORY_MS } from "../../replication/retention.ts";
import type { LeftReason, UndoneChanges } from "../../replication/undo.ts";
import { Undo, type UndoItem, type UndoSlice } from "../../store/memories/undo.ts";
import { nextTurn } from "../../time/next_turn.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { shortId } from "../output/memory_list.ts";
import { parseMoment } from "../input/moment.ts";
import { findWriter, namelessWriters } from "../input/find_writer.ts";

const REASONS: Readonly<Record<LeftReason, string>> = {
  deleted: "deleted by it: the text is gone",
  changed_since: "changed since by another device",
  no_history: "the earlier version is not here",
  no_later_version: "it cannot be changed any more",
};

/** Undoes what one device has written. */
export const command = defineCommand({
  options: {
    from: {
      type: "text",
      value: "DEVICE",
      required: true,
      summary: "whose changes: a name or id, of this device or another",
    },
    since: {
      type: "text",
      value: "TIME",
      required: true,
      summary: "since when: 3h, 2d, 2026-01-31, 2026-01-31T14:30:00Z",
    },
    yes: { type: "flag", summary: "do it, instead of only showing what would be done" },
  },
  details:
    "Each memory that the device has changed since then gets its earlier version back, from the\n" +
    "history that this device keeps for 30 days; memories that it has made since then are\n" +
    "forgotten. All this syncs like any other change.",
  async run({ options, json }, context) {
    const { from, since } = options;
    if (from === undefined || since === undefined) {
      throw new CodememError("usage", "Whose changes, and since when?", {
        hint: "Run `codemem undo --from DEVICE --since TIME`; without --yes it changes nothing",
      });
    }
    const instant = parseMoment(since, context.nowMs());
    const { settings } = await context.settings();
    const store = await context.openStore();
    const deviceId = findWriter(store, from, settings.deviceName);
    const changes = { deviceId, since: instant };
    const items = await walk(context, changes, options.yes);
    if (items.some(({ kind }) => kind === "forget")) store.scrub();
    if (json) context.output.json(undoJson(items, changes, options.yes));
    else {
      show(items, context, { from, changes, isDone: options.yes });
      if (!deviceId.startsWith(from)) tellNameless(namelessWriters(store, instant), context);
    }
  },
});

/** All slices, one after the other; interrupted, it can be run again for the rest. */
async function walk(
  { openStore, output, signal }: CommandContext,
  changes: UndoneChanges,
  isDone: boolean,
): Promise<UndoItem[]> {
  const { context } = await openStore();
  const undo = new Undo(context);
  const items: UndoItem[] = [];
  for (let from: number | null = 0; from !== null;) {
    signal.throwIfAborted();
    const slice: UndoSlice = isDone ? undo.apply(changes, from) : undo.preview(changes, from);
    items.push(...slice.items);
    output.progress(`looked at ${counted(items.length, "memory")}`);
    await nextTurn();
    from = slice.next;
  }
  output.endProgress();
  return items;
}

function undoJson(items: readonly UndoItem[], changes: UndoneChanges, isDone: boolean) {
  const of = (kind: UndoItem["kind"]) => items.filter((item) => item.kind === kind);
  return {
    device_id: changes.deviceId,
    since: changes.since,
    done: isDone,
    restored: of("restore").map(({ id, title, titleBefore: title_before, changed, missing }) => (
      { id, title, title_before, changed, missing }
    )),
    forgotten: of("forget").map(({ id, title }) => ({ id, title })),
    left: of("leave").map(({ id, title, reason }) => ({ id, title, reason })),
  };
}

interface Told {
  /** Whose changes, as it was typed. */
  readonly from: string;
  readonly changes: UndoneChanges;
  readonly isDone: boolean;
}

function show(
  items: readonly UndoItem[],
  { output, nowMs }: CommandContext,
  { from, changes, isDone }: Told,
): void {
  if (items.length === 0) {
    output.line(
      `Nothing to undo: no present version was written by ${from} since ${changes.since}`,
    );
  } else {
    output.line(`Written by ${from} since ${changes.since}`);
    output.table(
      [{ title: "ID" }, { title: isDone ? "DONE" : "WOULD" }, { title: "TITLE", elastic: true }],
      items.map((item) => [shortId(item.id), fateOf(item, isDone), titleOf(item)]),
    );
    const count = (kind: UndoItem["kind"]) =>
      counted(items.filter((item) => item.kind === kind).length, "memory");
    const { restore, forget, leave } = isDone ? DONE : TO_DO;
    output.line(
      `${restore}: ${count("restore")}; ${forget}: ${count("forget")}; ${leave}: ${count("leave")}`,
    );
  }
  if (nowMs() - Date.parse(changes.since) > HISTORY_MS) {
    output.warn("the history reaches back 30 days: what was changed before is not undone");
  }
  if (items.some(({ missing }) => missing > 0)) {
    output.warn(
      "some of these memories had later versions, perhaps from before that time, that are not on " +
        "this device",
    );
    output.note(`hint: ${from} itself may have them: run the same command there`);
  }
  const canDo = items.some(({ kind }) => kind !== "leave");
  if (!isDone && canDo) output.note("Nothing was changed; --yes does it");
}

/** A name stands for the present id of a device: what it wrote under an earlier one is not undone. */
function tellNameless(ids: readonly string[], { output }: CommandContext): void {
  if (ids.length === 0) return;
  output.note(
    "Memories were also written under ids that have no name here, such as the id of this device " +
      `before a new identity: ${ids.join(", ")}`,
  );
  output.note("hint: To undo what one of them wrote, give its id to --from");
}

const DONE = { restore: "restored", forget: "forgotten", leave: "left" } as const;
const TO_DO = { restore: "to restore", forget: "to forget", leave: "to leave" } as const;

function fateOf({ kind, reason, changed, missing }: UndoItem, isDone: boolean): string {
  const fate = isDone ? DONE[kind] : kind;
  if (reason !== null) return `${fate}: ${REASONS[reason]}`;
  if (kind !== "restore") return fate;
  const gap = missing === 0 ? "" : ` (${counted(missing, "later version")} not here)`;
  return `${fate}: ${changed.join(", ")}${gap}`;
}

function titleOf({ title, titleBefore }: UndoItem): string {
  return titleBefore === null || titleBefore === title ? title : `${title} → ${titleBefore}`;
}
