import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { memoryStore, TempFolder, VirtualClock } from "../../../tests/support/devices/stores.ts";
import { CodememError } from "../../errors.ts";
import { Database } from "../database.ts";
import { openStore, type Store } from "../store.ts";

const BOB = { deviceId: "bob-1234", name: "bob", fingerprint: "f1", publicKey: "k1" };
const NEW_KEY = { ...BOB, fingerprint: "f2", publicKey: "k2" };
const CONTACT = { address: "10.0.0.2:7337", certificate: "pem" };

function pin(store: Store, identity = BOB, addresses: string[] = [], replaceKey = false) {
  return store.peers.pin(identity, { addresses, replaceKey });
}

Deno.test("a device that is pinned is listed, with what pairing told of it", () => {
  const store = memoryStore();
  assertEquals(pin(store, BOB, ["10.0.0.1:7337", "10.0.0.2:7337", "10.0.0.1:7337"]), "paired");
  const [peer] = store.peers.list();
  assertEquals([peer!.deviceId, peer!.name, peer!.fingerprint, peer!.publicKey], [
    "bob-1234",
    "bob",
    "f1",
    "k1",
  ]);
  assertEquals(peer!.addresses, ["10.0.0.1:7337", "10.0.0.2:7337"]);
  assertEquals([peer!.state, peer!.certificate, peer!.removedAt], ["never", null, null]);
});

Deno.test("pairing again with the same key brings new addresses and keeps the rest", () => {
  const store = memoryStore();
  pin(store, BOB, ["old:1"]);
  store.peers.recordContact(BOB, CONTACT);
  store.peers.rename(BOB.deviceId, "my laptop");
  store.cursors.move(BOB, { pulled: "x.1" });
  assertEquals(pin(store, { ...BOB, name: "other" }, ["new:1"]), "refreshed");
  const peer = store.peers.find(BOB.deviceId)!;
  assertEquals(peer.addresses, ["new:1", CONTACT.address, "old:1"]);
  assertEquals([peer.name, peer.certificate], ["my laptop", "pem"]);
  assertEquals(store.cursors.of(BOB.deviceId).pulled, "x.1");
});

Deno.test("another key is refused, naming both, and changes nothing", () => {
  const store = memoryStore();
  pin(store, BOB, ["old:1"]);
  const before = store.peers.list();
  const error = assertThrows(() => pin(store, NEW_KEY, ["new:1"]), CodememError, "another key");
  assertEquals(error.code, "key_changed");
  assert(error.message.includes("f1") && error.message.includes("f2"));
  assertEquals(store.peers.list(), before);
});

Deno.test("another key replaces the old one where that is asked for, and starts afresh", () => {
  const store = memoryStore();
  pin(store, BOB, ["old:1"]);
  store.peers.recordContact(BOB, CONTACT);
  store.cursors.move(BOB, { pulled: "x.1", pushed: "y.1" });
  assertEquals(pin(store, NEW_KEY, ["new:1"], true), "replaced");
  const peer = store.peers.find(BOB.deviceId)!;
  assertEquals([peer.fingerprint, peer.certificate, peer.addresses], ["f2", null, ["new:1"]]);
  assertEquals(store.cursors.of(BOB.deviceId), { pulled: null, pushed: null });
});

Deno.test("a removed peer is remembered as such, without cursors, attempts or certificate", () => {
  const store = memoryStore();
  pin(store);
  store.peers.recordContact(BOB, CONTACT);
  store.cursors.move(BOB, { pulled: "x.1", pushed: "y.1" });
  store.attempts.record({
    peerDeviceId: BOB.deviceId,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:00.000Z",
    ...{ ok: true, address: null, errorCode: null, error: null },
    ...{ pulled: 0, pushed: 0, quarantined: 0 },
  }, { fingerprint: BOB.fingerprint, state: "ok", identical: true, behind: 0 });
  store.peers.remove(BOB.deviceId);
  assertEquals(store.peers.list(), []);
  const peer = store.peers.find(BOB.deviceId)!;
  assert(peer.removedAt !== null);
  assertEquals(peer.certificate, null);
  assertEquals(store.cursors.of(BOB.deviceId), { pulled: null, pushed: null });
  assertEquals(store.attempts.list({ limit: 10 }), []);
  assertThrows(() => store.peers.resolve("bob"), CodememError, "No peer");
});

Deno.test("a removed peer may be paired again, with any key", () => {
  const store = memoryStore();
  pin(store);
  store.peers.remove(BOB.deviceId);
  assertEquals(pin(store, NEW_KEY), "paired");
  assertEquals(store.peers.list()[0]!.fingerprint, "f2");
});

Deno.test("a peer is meant by its name, its id or the beginning of its id", () => {
  const store = memoryStore();
  pin(store);
  pin(store, { ...BOB, deviceId: "bob-9999", name: "carol" });
  pin(store, { ...BOB, deviceId: "dave", name: "bob-" });
  const resolve = (text: string) => store.peers.resolve(text).deviceId;
  assertEquals(resolve("bob"), "bob-1234");
  assertEquals(resolve("bob-9999"), "bob-9999");
  assertEquals(resolve("bob-9"), "bob-9999");
  assertEquals(resolve("bob-"), "dave");
  assertThrows(() => resolve("car"), CodememError, "No peer");
  store.peers.rename("dave", "bob");
  for (const text of ["bob", "bob-"]) {
    const error = assertThrows(() => resolve(text), CodememError, "may mean");
    assertEquals(error.code, "invalid_input");
  }
});

Deno.test("a contact teaches address, certificate and time; so many addresses and no more", () => {
  const clock = new VirtualClock();
  const store = memoryStore(clock);
  pin(store, BOB, ["a:1"]);
  store.peers.recordContact(BOB, CONTACT);
  const peer = store.peers.find(BOB.deviceId)!;
  assertEquals([peer.lastGoodAddress, peer.certificate], [CONTACT.address, "pem"]);
  assert(peer.lastSeenAt !== null);
  for (let index = 0; index < 40; index++) {
    store.peers.recordContact(BOB, { address: `h${index}:1`, certificate: "pem" });
  }
  const { addresses, lastGoodAddress } = store.peers.find(BOB.deviceId)!;
  assertEquals([addresses.length, addresses[0], lastGoodAddress], [16, "h39:1", "h39:1"]);
  clock.advance(60_000);
  store.peers.recordSeen(BOB.deviceId);
  assert(store.peers.find(BOB.deviceId)!.lastSeenAt! > peer.lastSeenAt!);
});

Deno.test("of two cursors each moves without the other", () => {
  const store = memoryStore();
  pin(store);
  assertEquals(store.cursors.of(BOB.deviceId), { pulled: null, pushed: null });
  store.cursors.move(BOB, { pulled: "x.1" });
  store.cursors.move(BOB, { pushed: "y.1" });
  store.cursors.move(BOB, { pulled: "x.2" });
  assertEquals(store.cursors.of(BOB.deviceId), { pulled: "x.2", pushed: "y.1" });
});

Deno.test("a clock offset and a reconciliation are remembered", () => {
  const store = memoryStore();
  pin(store);
  store.peers.recordClockOffset(BOB.deviceId, -1234.6);
  store.peers.recordReconciliation(BOB.deviceId, ["m1"]);
  const { clockOffsetMs, divergent, reconciledAt } = store.peers.find(BOB.deviceId)!;
  assertEquals([clockOffsetMs, divergent], [-1235, ["m1"]]);
  assert(reconciledAt !== null);
});

Deno.test("another identity of this device is paired with nobody and begins another log", () => {
  const store = memoryStore();
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  store.device.setKey({
    ...{ publicKey: "k", fingerprint: "f", certificate: "c" },
    ...{ keyStore: "file", keyStoreNote: null },
  });
  pin(store);
  const before = store.device.record();
  store.renewDevice();
  const after = store.device.record();
  assertEquals(store.peers.list(), []);
  assertEquals(store.deviceId, after.deviceId);
  assert(before.deviceId !== after.deviceId && before.epoch !== after.epoch);
  assertEquals([after.publicKey, after.fingerprint, after.certificate], [null, null, null]);
  assertEquals(store.memories.recent({ limit: 10 }).length, 1);
});

Deno.test("what a session under the old key still learns is refused and not kept", () => {
  const store = memoryStore();
  pin(store);
  pin(store, NEW_KEY, ["new:1"], true);
  for (
    const late of [
      () => store.peers.recordContact(BOB, CONTACT),
      () => store.cursors.move(BOB, { pulled: "x.1" }),
      () => store.peers.requirePinned(BOB),
    ]
  ) {
    assertEquals(assertThrows(late, CodememError).code, "peer_removed");
  }
  assertEquals(store.peers.find(BOB.deviceId)!.certificate, null);
  assertEquals(store.cursors.of(BOB.deviceId).pulled, null);
  store.peers.requirePinned(NEW_KEY);
});

Deno.test("a peer that shows it holds the same is well, whatever was the matter before", () => {
  const store = memoryStore();
  pin(store);
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  store.peers.recordBehind(BOB.deviceId, 3);
  assertEquals(store.peers.find(BOB.deviceId)!.behind, 3);
  store.peers.recordIdentical(BOB.deviceId);
  const { state, behind, identicalAt, identicalLive, lastSyncAt } = store.peers.find(BOB.deviceId)!;
  assertEquals([state, behind, identicalLive, lastSyncAt], ["ok", 0, 1, identicalAt]);
  assert(identicalAt !== null);
});

Deno.test("the discovery key of a peer comes with its pin, and goes with its removal", () => {
  const store = memoryStore();
  const key = new Uint8Array(32).fill(9);
  store.peers.pin(BOB, { addresses: [], replaceKey: false, discoveryKey: key });
  assertEquals(store.peers.find(BOB.deviceId)!.discoveryKey, key);
  store.peers.pin(BOB, { addresses: [], replaceKey: false });
  assertEquals(store.peers.find(BOB.deviceId)!.discoveryKey, key, "not told is not taken back");
  store.peers.remove(BOB.deviceId);
  assertEquals(store.peers.find(BOB.deviceId)!.discoveryKey, null);
});

Deno.test("a device keeps its discovery key until a peer is removed: that one knows it", () => {
  const store = memoryStore();
  pin(store);
  const key = store.device.discoveryKey();
  assertEquals([key.length, store.device.discoveryKey()], [32, key]);
  store.peers.remove(BOB.deviceId);
  assertNotEquals(store.device.discoveryKey(), key);
});

Deno.test("what adverts are recognised by is there without a write, also after a removal", () => {
  using folder = new TempFolder();
  const store = openStore({ path: folder.file("a.db") });
  const other = new Database(folder.file("a.db"));
  const readWhileHeld = () => other.write(() => store.device.discoveryKey());
  store.waitBriefly();
  const key = readWhileHeld();
  store.peers.pin(BOB, { addresses: [], replaceKey: false });
  store.peers.remove(BOB.deviceId);
  assertNotEquals(readWhileHeld(), key);
  store.close();
  other.close();
});
