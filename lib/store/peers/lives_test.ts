import { assert, assertEquals } from "@std/assert";
import { formatCursor } from "../../model/cursor.ts";
import type { SignedLife } from "../../model/life.ts";
import { memoryStore, TempFolder } from "../../../tests/support/devices/stores.ts";
import { openStore, type Store } from "../store.ts";

const PEER = { deviceId: "peer", name: "peer", fingerprint: "ab", publicKey: "ssh-ed25519 AAAA" };

function signed(words: Partial<SignedLife>): SignedLife {
  const life = { restoredMs: 0, n: 3, nonce: "a".repeat(16) };
  return { life, head: "0123456789abcdef.1", signature: "A".repeat(86), ...words };
}

function paired(): Store {
  const store = memoryStore();
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  return store;
}

Deno.test("each life has the next number and a nonce of its own, across processes", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const first = openStore({ path });
  assertEquals(first.lives.present(), null);
  const one = first.lives.begin();
  const second = openStore({ path });
  second.lives.beginOnce();
  second.lives.beginOnce();
  const two = second.lives.present()!;
  assertEquals([one.n, two.n, first.lives.present()], [1, 2, two]);
  assert(one.nonce !== two.nonce);
  first.close();
  second.close();
});

Deno.test("a database knows all lives that it had, and none of a copy that has gone on", () => {
  using folder = new TempFolder();
  const [path, copyPath] = [folder.file("a.db"), folder.file("copy.db")];
  const store = openStore({ path });
  const early = store.lives.begin();
  store.close();
  Deno.copyFileSync(path, copyPath);
  const original = openStore({ path });
  const copy = openStore({ path: copyPath });
  const [ofOriginal, ofCopy] = [original.lives.begin(), copy.lives.begin()];
  assertEquals(ofOriginal.n, ofCopy.n);
  for (const { lives } of [original, copy]) {
    assertEquals(lives.haveForked({ life: early, head: null }), false);
  }
  assertEquals(original.lives.haveForked({ life: ofCopy, head: null }), true);
  assertEquals(copy.lives.haveForked({ life: ofOriginal, head: null }), true);
  original.close();
  copy.close();
});

Deno.test("a log that ends before what a peer has read of it is an older copy", () => {
  const store = memoryStore();
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  const { epoch, seq } = store.log.head();
  const met = (at: number) => ({ life: null, head: formatCursor({ epoch, seq: at }) });
  assertEquals(store.lives.haveForked(met(seq)), false);
  assertEquals(store.lives.haveForked(met(seq + 1)), true);
  store.close();
});

Deno.test("of a peer's lives the latest is kept, in whatever order they arrive", () => {
  const store = paired();
  const life = (n: number, restoredMs = 0, nonce = "a".repeat(16)) =>
    signed({ life: { restoredMs, n, nonce } });
  assertEquals(store.lives.ofPeer(PEER.deviceId), null);
  for (const told of [life(2), life(1), life(2, 0, "b".repeat(16))]) {
    store.lives.recordOfPeer(PEER.deviceId, told);
    assertEquals(store.lives.ofPeer(PEER.deviceId), life(2));
  }
  store.lives.recordOfPeer(PEER.deviceId, life(1, 5));
  assertEquals(store.lives.ofPeer(PEER.deviceId), life(1, 5));
  store.close();
});

Deno.test("within a life the further end of a peer's log is kept, and not that of its copy", () => {
  const store = paired();
  const at = (seq: number, nonce = "a") =>
    signed({
      life: { restoredMs: 0, n: 1, nonce: nonce.repeat(16) },
      head: formatCursor({ epoch: "0123456789abcdef", seq }),
    });
  for (const [told, kept] of [[at(9), 9], [at(10), 10], [at(9), 10], [at(11, "b"), 10]] as const) {
    store.lives.recordOfPeer(PEER.deviceId, told);
    assertEquals(store.lives.ofPeer(PEER.deviceId), at(kept));
  }
  store.close();
});

Deno.test("a later life with less in its log than was met does not take the place of what proves it a copy", () => {
  const store = paired();
  const at = (n: number, seq: number, epoch = "0123456789abcdef") =>
    signed({
      life: { restoredMs: 0, n, nonce: "a".repeat(16) },
      head: formatCursor({ epoch, seq }),
    });
  const fresh = at(4, 1, "f".repeat(16));
  for (
    const [told, kept] of [
      [at(1, 9), at(1, 9)],
      [at(2, 8), at(1, 9)],
      [at(2, 9), at(2, 9)],
      [at(3, 10), at(3, 10)],
      [fresh, fresh],
    ] as const
  ) {
    store.lives.recordOfPeer(PEER.deviceId, told);
    assertEquals(store.lives.ofPeer(PEER.deviceId), kept);
  }
  store.close();
});

Deno.test("a peer that is paired anew is met anew", () => {
  const store = paired();
  store.lives.recordOfPeer(PEER.deviceId, signed({}));
  store.peers.remove(PEER.deviceId);
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  assertEquals(store.lives.ofPeer(PEER.deviceId), null);
  store.close();
});

Deno.test("what another process has made of the device is what a process writes under from then on", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const [running, renewing] = [openStore({ path }), openStore({ path })];
  renewing.renewDevice();
  assertEquals(running.deviceId, renewing.deviceId);
  const { id } = running.memories.remember({ kind: "note", title: "t", body: "b" });
  assertEquals(running.memories.history(id)[0]!.clock.deviceId, renewing.deviceId);
  for (const store of [running, renewing]) store.close();
});

Deno.test("that another copy has gone on stays known until the device is another one", () => {
  const store = memoryStore();
  const life = store.lives.begin();
  assertEquals(store.lives.forkedAt(), null);
  store.lives.markForked(life);
  const at = store.lives.forkedAt();
  store.lives.markForked(life);
  assert(at !== null);
  assertEquals(store.lives.forkedAt(), at);
  store.renewDevice();
  assertEquals([store.lives.forkedAt(), store.lives.present()], [null, null]);
  store.close();
});

Deno.test("what goes on after a fork is later than what was met, though its clock be years behind", () => {
  const store = memoryStore();
  store.lives.begin();
  const restoredMs = Date.now() + 10 * 365 * 86_400_000;
  store.lives.markForked({ restoredMs });
  store.beginAnew();
  assertEquals(store.lives.forkedAt(), null);
  assert(store.lives.present()!.restoredMs > restoredMs);
  store.close();
});

Deno.test("what this device has lost of its own is asked for as soon as it goes on", () => {
  const store = paired();
  store.peers.recordReconciliation(PEER.deviceId, []);
  store.beginAnew();
  assertEquals(store.peers.find(PEER.deviceId)!.reconciledAt, null);
  store.close();
});
