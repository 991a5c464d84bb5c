import { assertEquals } from "@std/assert";
import { judgeUndo, type UndoStep, type UndoVersion } from "./undo.ts";

const CHANGES = { deviceId: "bob", since: "2026-01-02T00:00:00.000Z" };
const EARLIER = "2026-01-01T00:00:00.000Z";
const LATER = "2026-01-03T00:00:00.000Z";

/**
 * A version by its revision, its writer and its time, of a memory that was made by its first revision at
 * that time, or earlier; its content is named like its revision.
 */
function version(rev: number, deviceId: string, updatedAt: string, text = `${rev}`): UndoVersion {
  const opType = text === "" ? "delete" : "upsert";
  // What is imported was made at another time than its first version was written.
  const createdAt = rev === 1 ? updatedAt : "2025-01-01T00:00:00.000Z";
  return { opType, clock: { rev, updatedAt, deviceId }, payloadHash: text, createdAt };
}

const firstChange = { ...version(1, "bob", LATER), createdAt: EARLIER };

const byAlice = version(1, "alice", EARLIER);
const bobEarlier = version(1, "bob", EARLIER);
const byBob = version(2, "bob", LATER);

const cases: readonly (readonly [string, readonly UndoVersion[], UndoStep<UndoVersion>])[] = [
  ["changed another's memory", [byBob, byAlice], { kind: "restore", version: byAlice, missing: 0 }],
  ["changed its own of before", [byBob, bobEarlier], {
    kind: "restore",
    version: bobEarlier,
    missing: 0,
  }],
  [
    "changed it several times",
    [version(3, "bob", LATER), byBob, byAlice],
    { kind: "restore", version: byAlice, missing: 0 },
  ],
  [
    "changed it several times, and handed over the last one",
    [version(4, "bob", LATER), byAlice],
    { kind: "restore", version: byAlice, missing: 2 },
  ],
  [
    "changed it at the same time as another",
    [byBob, version(2, "alice", EARLIER, "other"), byAlice],
    { kind: "restore", version: version(2, "alice", EARLIER, "other"), missing: 0 },
  ],
  [
    "made it, and changed what may be another's version",
    [version(3, "bob", LATER), version(1, "bob", LATER)],
    { kind: "leave", reason: "no_history" },
  ],
  [
    "revived what may have been revived before",
    [version(3, "bob", LATER), version(1, "alice", EARLIER, "")],
    { kind: "leave", reason: "no_history" },
  ],
  [
    "changed it at that very instant",
    [version(2, "bob", CHANGES.since), byAlice],
    { kind: "restore", version: byAlice, missing: 0 },
  ],
  ["made it", [version(1, "bob", LATER)], { kind: "forget" }],
  ["made and changed it", [byBob, version(1, "bob", LATER)], { kind: "forget" }],
  ["revived what was deleted", [byBob, version(1, "alice", EARLIER, "")], { kind: "forget" }],
  ["changed what is not in the history", [byBob], { kind: "leave", reason: "no_history" }],
  ["made it by an import", [version(0, "bob", LATER)], { kind: "forget" }],
  [
    "was the first to change what was imported, which is not in the history",
    [firstChange],
    { kind: "leave", reason: "no_history" },
  ],
  ["was that, and it is", [firstChange, version(0, "alice", EARLIER)], {
    kind: "restore",
    version: version(0, "alice", EARLIER),
    missing: 0,
  }],
  ["deleted it", [version(2, "bob", LATER, "")], { kind: "leave", reason: "deleted" }],
  [
    "changed it, and somebody after it",
    [version(3, "alice", LATER), byBob, byAlice],
    { kind: "leave", reason: "changed_since" },
  ],
  [
    "changed it, and that was undone",
    [version(3, "alice", LATER, "1"), byBob, byAlice],
    { kind: "none" },
  ],
  ["wrote it anew as it was", [version(2, "bob", LATER, "1"), byAlice], { kind: "none" }],
];

for (const [what, history, step] of cases) {
  Deno.test(`where the device ${what}, undoing means: ${step.kind}`, () => {
    assertEquals(judgeUndo(CHANGES, history[0]!, history), step);
  });
}

Deno.test("undoing one's own undoing changes nothing", () => {
  const undone = [version(3, "bob", LATER, "1"), byBob, byAlice];
  assertEquals(judgeUndo(CHANGES, undone[0]!, undone), { kind: "none" });
});
