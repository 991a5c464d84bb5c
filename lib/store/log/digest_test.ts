import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../tests/support/random.ts";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { EMPTY_DIGEST } from "../../model/digest.ts";
import { newContent } from "../../model/memory.ts";
import { Database } from "../database.ts";
import { openStore, type Store } from "../store.ts";

Deno.test("an empty store has the empty digest", () => {
  const store = memoryStore();
  assertEquals(store.stats().digest, EMPTY_DIGEST);
  assert(store.digestHolds());
});

for (const damage of ["rev = rev + 1", "payload_hash = ''", "deleted_at = updated_at"]) {
  Deno.test(`a digest that is not that of the rows is noticed: ${damage}`, () => {
    using folder = new TempFolder();
    const path = folder.file("a.db");
    const store = openStore({ path });
    store.memories.remember({ kind: "note", title: "t", body: "b" });
    assert(store.digestHolds());
    const other = new Database(path);
    other.exec(`UPDATE memories SET ${damage}`);
    other.close();
    assertEquals(store.digestHolds(), false);
    store.close();
  });
}

Deno.test("the counts follow every change of a memory's fate", () => {
  const store = memoryStore();
  const counts = () => [store.stats().digest.live, store.stats().digest.tombstones];
  const { id } = store.memories.remember({ kind: "note", title: "t", body: "b" });
  assertEquals(counts(), [1, 0]);
  store.memories.edit(id, { title: "u" });
  assertEquals(counts(), [1, 0]);
  store.memories.forget([id]);
  assertEquals(counts(), [0, 1]);
});

/** Any of the ways in which a store changes. */
function changeSomehow(store: Store, peer: Store, random: Random): void {
  const living = [...store.memories.all()].map(({ id }) => id);
  const draft = { kind: "note", title: random.word(), body: `${random.word()} common `.repeat(40) };
  switch (random.below(6)) {
    case 0:
      return void store.memories.remember(draft);
    case 1:
      if (living.length > 0) store.memories.edit(random.pick(living), draft);
      return;
    case 2:
      if (living.length > 3) store.memories.forget([random.pick(living)]);
      return;
    case 3:
      peer.apply(wireOps(store), { peerDeviceId: store.deviceId });
      peer.memories.remember(draft);
      for (const { id } of peer.memories.recent({ limit: 2 })) peer.memories.edit(id, draft);
      return void store.apply(wireOps(peer), { peerDeviceId: peer.deviceId });
    case 4: {
      const at = "2025-01-01T00:00:00.000Z";
      const isGone = random.happens(0.2);
      const content = isGone ? null : newContent({ ...draft, createdAt: at });
      const clock = { rev: random.below(3), updatedAt: at, deviceId: "elsewhere" };
      const entityId = `import:${random.below(8)}`;
      const deletedAt = isGone ? at : null;
      return void store.importVersions([{ entityId, content, clock, deletedAt }]);
    }
    default:
      store.logLegacySlice();
      store.log.prune({ olderThanMs: 0, limit: 3 });
  }
}

/** The rows that the search index knows by a word, and those that should be. */
function indexOf(path: string): { readonly indexed: unknown[]; readonly expected: unknown[] } {
  const database = new Database(path);
  const indexed = database.all(
    "SELECT rowid AS id FROM memories_fts WHERE memories_fts MATCH 'common' ORDER BY rowid",
  );
  const expected = database.all(
    "SELECT row_id AS id FROM memories WHERE deleted_at IS NULL ORDER BY row_id",
  );
  database.close();
  return { indexed, expected };
}

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`digest and search index are those of the rows after any changes (seed ${seed})`, () => {
    using folder = new TempFolder();
    const random = new Random(seed);
    const path = folder.file("a.db");
    const clock = new VirtualClock();
    const store = openStore({ path, nowMs: clock.read, randomUuid: random.uuid });
    const peer = openStore({ path: ":memory:", nowMs: clock.read, randomUuid: random.uuid });
    for (let step = 0; step < 60; step++) {
      store.transaction(() => {
        for (let count = random.below(4); count >= 0; count--) changeSomehow(store, peer, random);
      });
      assert(store.digestHolds(), `after step ${step}`);
    }
    const { indexed, expected } = indexOf(path);
    assertEquals(indexed, expected);
    assertEquals(store.integrityProblems(), []);
    store.close();
  });
}
