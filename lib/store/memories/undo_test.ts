import { assertEquals, assertNotEquals } from "@std/assert";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { newContent } from "../../model/memory.ts";
import { Database } from "../database.ts";
import { openStore, type Store } from "../store.ts";
import { Undo, type UndoItem } from "./undo.ts";

const DRAFT = { kind: "note", title: "before", body: "the text of before" };

/** Two devices of one owner, and the hand-over from one to the other. */
function twoStores() {
  const clock = new VirtualClock();
  const [alice, bob] = [memoryStore(clock), memoryStore(clock)];
  const identity = { name: "x", fingerprint: "ab", publicKey: "ssh-ed25519 AAAA" };
  for (const [store, other] of [[alice, bob], [bob, alice]] as const) {
    store.peers.pin({ ...identity, deviceId: other.deviceId }, {
      addresses: [],
      replaceKey: false,
    });
  }
  const give = (from: Store, to: Store) =>
    to.apply(wireOps(from), { peerDeviceId: from.deviceId, fingerprint: "ab" });
  const mark = () => new Date(clock.nowMs).toISOString();
  return { alice, bob, give, mark };
}

function undo(store: Store, changes: { deviceId: string; since: string }): UndoItem[] {
  const items: UndoItem[] = [];
  for (let from: number | null = 0; from !== null;) {
    const slice = new Undo(store.context).apply(changes, from);
    items.push(...slice.items);
    from = slice.next;
  }
  return items;
}

Deno.test("what a device has changed, made and deleted since then is undone as far as that goes", () => {
  const { alice, bob, give, mark } = twoStores();
  const remember = (title: string) => alice.memories.remember({ ...DRAFT, title }).id;
  const [edited, twice, deleted, untouched, later] = ["a", "b", "c", "d", "e"].map(remember);
  give(alice, bob);
  const since = mark();
  bob.memories.edit(edited!, { title: "ruined", tags: ["x"] });
  bob.memories.edit(twice!, { body: "ruined" });
  give(bob, alice);
  bob.memories.edit(twice!, { title: "ruined again" });
  bob.memories.edit(later!, { title: "ruined" });
  bob.memories.forget([deleted!]);
  const made = bob.memories.remember({ ...DRAFT, title: "planted" }).id;
  give(bob, alice);
  alice.memories.edit(later!, { title: "mended by hand" });
  const changes = { deviceId: bob.deviceId, since };
  const preview = new Undo(alice.context).preview(changes, 0);
  assertEquals(preview.next, null);
  assertEquals(alice.memories.find(edited!)!.title, "ruined", "a preview changes nothing");
  assertEquals(undo(alice, changes), preview.items);
  const fate = Object.fromEntries(
    preview.items.map(({ id, kind, reason }) => [id, reason ?? kind]),
  );
  assertEquals(fate, {
    [edited!]: "restore",
    [twice!]: "restore",
    [deleted!]: "deleted",
    [later!]: "changed_since",
    [made]: "forget",
  });
  const changed = preview.items.map((item) => item.changed).filter(({ length }) => length > 0);
  assertEquals(changed, [["tags", "title"], ["body", "title"]]);
  const memory = alice.memories.find(edited!)!;
  assertEquals([memory.title, memory.tags, memory.clock.rev], ["a", [], 3]);
  assertEquals(memory.clock.deviceId, alice.deviceId);
  assertEquals(alice.memories.find(twice!)!.body, DRAFT.body);
  assertEquals(alice.memories.find(made)!.deletedAt !== null, true);
  assertEquals(alice.memories.find(untouched!)!.clock.rev, 1);
  assertEquals(alice.memories.search({ text: "ruined", limit: 9 }), []);
  assertEquals(alice.digestHolds(), true);

  give(alice, bob);
  for (const id of [edited!, twice!, made, later!]) {
    assertEquals(bob.memories.find(id), alice.memories.find(id), "it syncs like any change");
  }
  const left = undo(alice, changes).map(({ kind }) => kind);
  assertEquals(left, ["leave", "leave"], "undoing again changes nothing");
  alice.close();
  bob.close();
});

Deno.test("what was never here is not guessed at", () => {
  const { alice, bob, give, mark } = twoStores();
  const id = bob.memories.remember(DRAFT).id;
  const since = mark();
  bob.memories.edit(id, { title: "ruined" });
  give(bob, alice);
  const [item] = undo(alice, { deviceId: bob.deviceId, since });
  assertEquals([item!.kind, item!.reason], ["leave", "no_history"]);
  assertEquals(alice.memories.find(id)!.title, "ruined");
  alice.close();
  bob.close();
});

Deno.test("an imported memory gets back what was imported, though it had no op when it was changed", () => {
  const store = memoryStore();
  const createdAt = "2025-06-01T12:00:00.000Z";
  const imported = {
    entityId: "import:1",
    content: newContent({ ...DRAFT, createdAt }),
    clock: { rev: 0, updatedAt: createdAt, deviceId: "elsewhere" },
    deletedAt: null,
  };
  store.importVersions([imported]);
  const { clock: { updatedAt: since } } = store.memories.edit("import:1", { title: "ruined" });
  const [item] = undo(store, { deviceId: store.deviceId, since });
  assertEquals([item?.kind, item?.titleBefore], ["restore", DRAFT.title]);
  assertEquals(store.memories.find("import:1")!.title, DRAFT.title);
  assertEquals(store.digestHolds(), true);
  store.close();
});

Deno.test("a version that cannot be read is not brought back, and nothing is forgotten for it", () => {
  using folder = new TempFolder();
  const path = folder.file("codemem.db");
  const store = openStore({ path, nowMs: new VirtualClock().read });
  const { id, clock } = store.memories.remember(DRAFT);
  store.memories.edit(id, { title: "ruined" });
  const other = new Database(path);
  other.run("UPDATE replication_ops SET payload = '{}' WHERE rev = 1");
  other.close();
  const { updatedAt } = store.memories.find(id)!.clock;
  assertNotEquals(updatedAt, clock.updatedAt);
  const items = undo(store, { deviceId: store.deviceId, since: updatedAt });
  assertEquals(items.map(({ kind, reason }) => [kind, reason]), [["leave", "no_history"]]);
  assertEquals(store.memories.find(id)!.title, "ruined");
  store.close();
});

Deno.test("a device can undo its own changes, fields of newer versions included", () => {
  const { alice, mark } = twoStores();
  const extra = { mood: "fine" };
  const id = alice.memories.remember({ ...DRAFT, extra }).id;
  const since = mark();
  alice.memories.edit(id, { title: "ruined", extra: {} });
  assertEquals(undo(alice, { deviceId: alice.deviceId, since }).length, 1);
  const { title, extra: restored } = alice.memories.find(id)!;
  assertEquals([title, restored], ["before", extra]);
  assertEquals(undo(alice, { deviceId: alice.deviceId, since }), []);
  alice.close();
});

Deno.test("a memory that nobody can change any more is left, and the others are not", () => {
  const { alice, bob, give, mark } = twoStores();
  const [stuck, other] = ["a", "b"].map((title) => alice.memories.remember({ ...DRAFT, title }).id);
  give(alice, bob);
  const since = mark();
  bob.memories.edit(other!, { title: "ruined" });
  bob.memories.edit(stuck!, { title: "ruined" });
  const clock = { rev: 2 ** 40, updated_at: "9999-12-31T23:59:59.999Z", device_id: bob.deviceId };
  const ops = wireOps(bob).map((op) => op.entity_id === stuck ? { ...op, clock } : op);
  alice.apply(ops, { peerDeviceId: bob.deviceId, fingerprint: "ab" });
  const items = undo(alice, { deviceId: bob.deviceId, since });
  assertEquals(items.map(({ id, reason }) => [id, reason]), [
    [stuck, "no_later_version"],
    [other, null],
  ]);
  assertEquals(alice.digestHolds(), true);
  alice.close();
  bob.close();
});

Deno.test("more memories than one slice holds are undone slice by slice", () => {
  const { alice, mark } = twoStores();
  const ids = Array.from({ length: 450 }, () => alice.memories.remember(DRAFT).id);
  const since = mark();
  for (const id of ids) alice.memories.edit(id, { title: "ruined" });
  const changes = { deviceId: alice.deviceId, since };
  const first = new Undo(alice.context).apply(changes, 0);
  assertEquals(first.items.length, 200);
  assertEquals(undo(alice, changes).length, 250);
  assertEquals([...alice.memories.all()].every(({ title }) => title === "before"), true);
  alice.close();
});

Deno.test("what was imported and only changed by the device is left where the version before is not here", () => {
  const { alice, bob, give, mark } = twoStores();
  const content = newContent({ ...DRAFT, createdAt: "2020-01-01T00:00:00.000Z" });
  const clock = { rev: 0, updatedAt: "2020-01-01T00:00:00.000Z", deviceId: "an-older-device" };
  bob.importVersions([{ entityId: "imported", content, clock, deletedAt: null }]);
  while (bob.logLegacySlice() > 0);
  const since = mark();
  bob.memories.edit("imported", { title: "ruined" });
  // Alice is given what stands, as one who was paired later.
  give(bob, alice);
  const items = undo(alice, { deviceId: bob.deviceId, since });
  assertEquals(items.map(({ kind, reason }) => [kind, reason]), [["leave", "no_history"]]);
  assertEquals(alice.memories.find("imported")!.title, "ruined");
});
