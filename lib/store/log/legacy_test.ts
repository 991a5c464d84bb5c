import { assert, assertEquals } from "@std/assert";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { digestsEqual } from "../../model/digest.ts";
import { newContent } from "../../model/memory.ts";
import type { ImportCandidate } from "../import/import_candidate.ts";
import { openStore } from "../store.ts";

const WRITTEN_AT = "2025-06-01T12:00:00.000Z";

function candidate(index: number, changes: Partial<ImportCandidate> = {}): ImportCandidate {
  const number = String(index).padStart(5, "0");
  return {
    entityId: `import:${number}`,
    content: newContent({
      kind: "note",
      title: `imported ${number}`,
      body: "b",
      createdAt: WRITTEN_AT,
    }),
    clock: { rev: 1, updatedAt: WRITTEN_AT, deviceId: "elsewhere" },
    deletedAt: null,
    ...changes,
  };
}

function candidates(count: number): ImportCandidate[] {
  return Array.from({ length: count }, (_, index) => candidate(index));
}

Deno.test("imported versions stand at once and wait for their ops", () => {
  const store = memoryStore();
  const tombstone = candidate(9, { content: null, deletedAt: WRITTEN_AT });
  assertEquals(store.importVersions([...candidates(3), tombstone]), {
    applied: 4,
    stale: 0,
    duplicate: 0,
    refused: [],
  });
  assertEquals([store.countLegacy(), store.log.head().seq], [4, 0]);
  assertEquals(store.memories.search({ text: "imported", limit: 10 }).length, 3);
  assert(store.digestHolds());
  assertEquals(store.logLegacySlice(), 4);
  assertEquals([store.countLegacy(), store.logLegacySlice()], [0, 0]);
  assertEquals(wireOps(store).map(({ op_type: type }) => type).sort(), [
    "delete",
    "upsert",
    "upsert",
    "upsert",
  ]);
  assert(store.digestHolds());
});

Deno.test("an import counts what is older, the same and impossible", () => {
  const store = memoryStore();
  store.importVersions([candidate(1), candidate(2)]);
  const older = candidate(1, { clock: { rev: 0, updatedAt: WRITTEN_AT, deviceId: "elsewhere" } });
  const huge = candidate(3, {
    content: newContent({
      kind: "note",
      title: "",
      body: "x".repeat(2 ** 21),
      createdAt: WRITTEN_AT,
    }),
  });
  assertEquals(store.importVersions([older, candidate(2), huge]), {
    applied: 0,
    stale: 1,
    duplicate: 1,
    refused: ["import:00003"],
  });
});

Deno.test("a slice gives at most 500 rows their ops", () => {
  const store = memoryStore();
  store.importVersions(candidates(1_201));
  const slices = [];
  for (let rows; (rows = store.logLegacySlice()) > 0;) slices.push(rows);
  assertEquals(slices.reduce((sum, rows) => sum + rows), 1_201);
  assert(Math.max(...slices) <= 500);
});

Deno.test("a slice ends when its time is over", () => {
  const clock = new VirtualClock();
  let msPerLook = 1;
  const nowMs = () => clock.nowMs += msPerLook;
  const store = openStore({ path: ":memory:", nowMs });
  store.importVersions(candidates(100));
  msPerLook = 10;
  const rows = store.logLegacySlice();
  assert(rows >= 1 && rows <= 5, `${rows} rows in 50 ms at 10 ms a row`);
  assertEquals(store.countLegacy(), 100 - rows);
});

Deno.test("slices go on after the process has ended in between", () => {
  using folder = new TempFolder();
  const clock = new VirtualClock();
  const path = folder.file("a.db");
  const open = () => openStore({ path, nowMs: () => clock.nowMs += 5 });
  let store = open();
  store.importVersions(candidates(40));
  let logged = store.logLegacySlice();
  while (logged < 40) {
    assertEquals([store.countLegacy(), store.log.head().seq], [40 - logged, logged]);
    store.close();
    store = open();
    const rows = store.logLegacySlice();
    assert(rows > 0);
    logged += rows;
  }
  assertEquals([store.countLegacy(), store.stats().ops], [0, 40]);
  store.close();
});

Deno.test("two devices that import the same versions log the same ops", () => {
  const [alice, bob] = [memoryStore(), memoryStore()];
  for (const store of [alice, bob]) {
    store.importVersions(candidates(3));
    store.logLegacySlice();
  }
  const ids = (store: typeof alice) => wireOps(store).map(({ op_id: id }) => id).sort();
  assertEquals(ids(alice), ids(bob));
  assert(digestsEqual(alice.stats().digest, bob.stats().digest));
  assertEquals(bob.apply(wireOps(alice), { peerDeviceId: alice.deviceId }).duplicate, 3);
  assertEquals(bob.stats().ops, 3);
});

Deno.test("a legacy row takes the op of the same version that arrives first, and relays it", () => {
  const [alice, bob] = [memoryStore(), memoryStore()];
  for (const store of [alice, bob]) store.importVersions([candidate(1)]);
  alice.logLegacySlice();
  const { duplicate } = bob.apply(wireOps(alice), { peerDeviceId: alice.deviceId });
  assertEquals([duplicate, bob.countLegacy(), bob.logLegacySlice()], [1, 0, 0]);
  assertEquals(wireOps(bob), wireOps(alice));
});

Deno.test("a legacy row whose op id was given away gets an op all the same", () => {
  const [alice, bob, mallory] = [memoryStore(), memoryStore(), memoryStore()];
  alice.importVersions([candidate(1)]);
  alice.logLegacySlice();
  mallory.memories.remember({ kind: "note", title: "unrelated", body: "b" });
  const [opId] = wireOps(alice).map(({ op_id: id }) => id);
  bob.apply(wireOps(mallory).map((op) => ({ ...op, op_id: opId })), { peerDeviceId: "mallory" });
  bob.importVersions([candidate(1)]);
  assertEquals(bob.logLegacySlice(), 1);
  assertEquals([bob.countLegacy(), wireOps(bob).length], [0, 2]);
});

Deno.test("an import above a memory of one's own retires its op", () => {
  const store = memoryStore();
  const { id } = store.memories.remember({ kind: "note", title: "mine", body: "b" });
  store.importVersions([
    candidate(1, {
      entityId: id,
      clock: { rev: 7, updatedAt: WRITTEN_AT, deviceId: "elsewhere" },
    }),
  ]);
  assertEquals(wireOps(store), []);
  store.logLegacySlice();
  assertEquals(wireOps(store).length, 1);
  assertEquals(store.memories.edit(id, { title: "edited" }).clock.rev, 8);
  assert(store.digestHolds());
});
