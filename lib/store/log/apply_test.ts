import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { digestsEqual } from "../../model/digest.ts";
import { CodememError } from "../../errors.ts";
import type { ApplyResult, BatchOrigin } from "./apply.ts";
import { Database } from "../database.ts";
import { openStore, type Store } from "../store.ts";

const DRAFT = { kind: "note", title: "title", body: "body" };
const FROM = { peerDeviceId: "bob" };
const BOB = { deviceId: "bob", fingerprint: "f" };
const FROM_BOB = { ...FROM, fingerprint: BOB.fingerprint };

const counts = ({ applied, stale, duplicate, quarantined }: ApplyResult) => [
  applied,
  stale,
  duplicate,
  quarantined.length,
];

/** The ops of a memory's life: written, edited, deleted. */
function lifeOf(title: string) {
  const store = memoryStore();
  const steps = [
    () => store.memories.remember({ ...DRAFT, title }),
    () => store.memories.edit(idOf(store), { title: `${title} edited` }),
    () => store.memories.forget([idOf(store)]),
  ];
  const [written, edited, deleted] = steps.map((step) => {
    step();
    return wireOps(store)[0]!;
  });
  return { written: written!, edited: edited!, deleted: deleted! };
}

const idOf = (store: Store) => [...store.memories.all()][0]!.id;

function pinBob(store: Store): void {
  store.peers.pin(
    { deviceId: "bob", name: "bob", fingerprint: "f", publicKey: "k" },
    { addresses: [], replaceKey: false },
  );
}

Deno.test("each op of a batch is counted exactly once", () => {
  const store = memoryStore();
  const { written, edited, deleted } = lifeOf("a");
  const unknown = { ...written, op_id: "x", op_type: "archive" };
  const batch = [edited, written, edited, unknown, 7, deleted, deleted, edited];
  assertEquals(counts(store.apply(batch, FROM)), [2, 3, 2, 1]);
  assertEquals(counts(store.apply(batch, FROM)), [0, 5, 2, 1]);
  assertEquals(store.quarantine.count(), 1);
  assert(store.digestHolds());
});

Deno.test("an op that cannot be read is not kept where its memory was forgotten after it", () => {
  const store = memoryStore();
  const { written, edited, deleted } = lifeOf("a");
  const older = { ...edited, op_id: "older", op_type: "archive" };
  assertEquals(counts(store.apply([written, older, deleted], FROM)), [2, 1, 0, 0]);
  assertEquals(counts(store.apply([older], FROM)), [0, 1, 0, 0]);
  assertEquals(store.quarantine.count(), 0);
});

Deno.test("an op that cannot be read outlasts a delete that is older", () => {
  const store = memoryStore();
  const { written, deleted } = lifeOf("a");
  const clock = { ...deleted.clock as object, rev: 9 };
  store.apply([written, { ...written, op_id: "newer", op_type: "archive", clock }], FROM);
  store.apply([deleted], FROM);
  assertEquals(store.quarantine.count(), 1);
});

Deno.test("an op that was superseded here is known again when it comes again", () => {
  const store = memoryStore();
  const { written, edited } = lifeOf("a");
  store.apply([written, edited], FROM);
  assertEquals(counts(store.apply([written], FROM)), [0, 0, 1, 0]);
});

Deno.test("a delete before its upsert leaves nothing to resurrect", () => {
  const store = memoryStore();
  const { written, edited, deleted } = lifeOf("a");
  assertEquals(counts(store.apply([deleted], FROM)), [1, 0, 0, 0]);
  assertEquals(counts(store.apply([written, edited], FROM)), [0, 2, 0, 0]);
  assertEquals([...store.memories.all()], []);
  assertEquals(store.stats().digest.tombstones, 1);
});

Deno.test("a strictly newer upsert revives a memory", () => {
  const store = memoryStore();
  const { edited, deleted } = lifeOf("a");
  const revived = {
    ...edited,
    op_id: "revival",
    clock: { ...deleted.clock as object, rev: 4 },
  };
  store.apply([deleted, revived], FROM);
  assertEquals(store.memories.search({ text: "edited", limit: 1 }).length, 1);
  assertEquals(store.stats().digest, { ...store.stats().digest, live: 1, tombstones: 0 });
  assert(store.digestHolds());
});

Deno.test("a delete takes along earlier ops, words and quarantined ops of its memory", () => {
  const store = memoryStore();
  const { written, edited, deleted } = lifeOf("secret");
  const other = lifeOf("other");
  const unreadable = { ...edited, op_id: "later", op_type: "archive" };
  const unrelated = { ...other.written, op_id: "unrelated", op_type: "archive" };
  store.apply([written, edited, unreadable, unrelated, other.written], FROM);
  store.apply([deleted], FROM);
  assertEquals(wireOps(store).map(({ op_id: id }) => id), [
    other.written.op_id,
    deleted.op_id,
  ]);
  assertEquals(store.memories.history(deleted.entity_id as string).length, 1);
  assertEquals(store.quarantine.list(10).map(({ opId }) => opId), ["unrelated"]);
  assertEquals(store.memories.search({ text: "secret", limit: 10 }), []);
});

Deno.test("ops of third devices are taken and handed on under their own names", () => {
  const [bob, carol] = [memoryStore(), memoryStore()];
  const { written } = lifeOf("a");
  bob.apply([written], { peerDeviceId: "alice" });
  carol.apply(wireOps(bob), { peerDeviceId: "bob" });
  assertEquals(wireOps(carol), [written]);
});

Deno.test("fields of a newer version are kept and handed on untouched", () => {
  const store = memoryStore();
  const { written } = lifeOf("a");
  const payload = { ...written.payload as object, mood: { score: 1.5, __proto__: null } };
  store.apply([{ ...written, payload }], FROM);
  assertEquals(wireOps(store)[0]!.payload, JSON.parse(JSON.stringify(payload)));
  store.memories.edit(idOf(store), { title: "changed" });
  const edited = wireOps(store)[0]!.payload as Record<string, unknown>;
  assertEquals(edited.mood, { score: 1.5 });
});

Deno.test("an op under the id of another op is set aside, not mistaken for it", () => {
  const store = memoryStore();
  const [a, b] = [lifeOf("a"), lifeOf("b")];
  store.apply([a.written], FROM);
  const result = store.apply([{ ...b.written, op_id: a.written.op_id }], FROM);
  assertEquals(counts(result), [0, 0, 0, 1]);
  assertEquals(result.quarantined[0]?.reason, "invalid_op");
  assert(store.digestHolds());
});

Deno.test("the result holds the digest behind the batch", () => {
  const store = memoryStore();
  const { digest } = store.apply([lifeOf("a").written], FROM);
  assertEquals(digest, store.stats().digest);
  assertEquals(digest.live, 1);
});

Deno.test("the cursor moves with the batch that it is behind of", () => {
  const store = memoryStore();
  pinBob(store);
  store.cursors.move(BOB, { pushed: "mine.3" });
  store.apply([lifeOf("a").written, "unreadable"], { ...FROM_BOB, cursor: "theirs.5" });
  assertEquals(store.cursors.of("bob"), { pulled: "theirs.5", pushed: "mine.3" });
  store.apply([], { ...FROM_BOB, cursor: "theirs.6" });
  assertEquals(store.cursors.of("bob").pulled, "theirs.6");
  store.apply([], FROM);
  assertEquals(store.cursors.of("bob").pulled, "theirs.6");
});

Deno.test("what has arrived is not said to be still to come", () => {
  const store = memoryStore();
  pinBob(store);
  store.peers.recordBehind("bob", 3);
  const { written } = lifeOf("a");
  const behind = () => store.peers.find("bob")!.behind;
  store.apply([written, written, 7], FROM_BOB);
  assertEquals(behind(), 2);
  store.apply([lifeOf("b").written], { ...FROM, peerDeviceId: "carol" });
  assertEquals(behind(), 1);
  store.apply([lifeOf("c").written, lifeOf("d").written], FROM_BOB);
  assertEquals(behind(), 0);
});

Deno.test("where one op of a batch fails in the store, none of it is kept and no cursor moves", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  pinBob(store);
  store.apply([], { ...FROM_BOB, cursor: "theirs.1" });
  const [good, bad] = [lifeOf("good"), lifeOf("bad")];
  const saboteur = new Database(path);
  saboteur.exec(`CREATE TRIGGER fail BEFORE INSERT ON memories WHEN new.title = 'bad' BEGIN
    SELECT RAISE(ABORT, 'sabotage'); END`);
  const batch = [good.written, "unreadable", bad.written];
  assertThrows(() => store.apply(batch, { ...FROM_BOB, cursor: "theirs.2" }), Error, "sabotage");
  assertEquals(store.cursors.of("bob").pulled, "theirs.1");
  assertEquals([store.stats().ops, store.quarantine.count()], [0, 0]);
  assert(store.digestHolds());
  saboteur.exec("DROP TRIGGER fail");
  saboteur.close();
  assertEquals(counts(store.apply(batch, { ...FROM_BOB, cursor: "theirs.2" })), [2, 0, 0, 1]);
  assertEquals(store.cursors.of("bob").pulled, "theirs.2");
  store.close();
});

Deno.test("nothing is taken in from a peer that is not paired, or paired by another key", () => {
  const store = memoryStore();
  const refused = (origin: BatchOrigin) =>
    assertThrows(() => store.apply([lifeOf("a").written], origin), CodememError).code;
  assertEquals(refused({ ...FROM_BOB, cursor: "theirs.2" }), "peer_removed");
  pinBob(store);
  assertEquals(refused({ ...FROM, fingerprint: "of another key" }), "peer_removed");
  store.peers.remove("bob");
  assertEquals([refused(FROM_BOB), refused({ ...FROM_BOB, cursor: "c" })], [
    "peer_removed",
    "peer_removed",
  ]);
  assertEquals(store.cursors.of("bob").pulled, null);
  assertEquals(store.stats().ops, 0);
});

Deno.test("of two versions with one clock all devices choose the same", () => {
  const { written } = lifeOf("a");
  const twin = {
    ...written,
    op_id: "twin",
    payload: { ...written.payload as object, title: "twin" },
  };
  const deletion = { ...written, op_id: "deletion", op_type: "delete", payload: null };
  const orders = [[written, twin, deletion], [deletion, twin, written], [twin, written, deletion]];
  const stores = orders.map((order) => {
    const store = memoryStore(new VirtualClock());
    store.apply(order, FROM);
    return store;
  });
  for (const store of stores) {
    assertEquals(store.stats().digest.tombstones, 1);
    assert(digestsEqual(store.stats().digest, stores[0]!.stats().digest));
  }
});
