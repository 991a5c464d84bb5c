/** A peer that is removed while it talks to the device: what it is told from then on. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { openStore } from "../../lib/store/store.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { OP, pageOf, startMaliciousPeer } from "../support/attackers/malicious_peer.ts";

const encoded = ({ store }: TestDevice) =>
  store.device.discoveryKey().toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("a pass that another process ends by a removal tells the peer no new discovery key", async () => {
  await using alice = await startDevice("alice", { loop: false });
  const told: (string | null)[] = [];
  await using mallory = await startMaliciousPeer(alice, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1/status") told.push(searchParams.get("discovery_key"));
    if (pathname !== "/v1/ops" || told.length > 1) return undefined;
    using other = disposable(openStore({ path: alice.paths.database }));
    other.store.peers.remove(mallory.holder.deviceId);
    // Who has more than a page is asked for his status before it is read.
    return pageOf([OP], { has_more: true, next_cursor: "aaaaaaaaaaaaaaaa.2" });
  });
  const before = encoded(alice);
  assertEquals((await mallory.sync()).error?.code, "peer_removed");
  assertEquals(told, [before]);
  assertNotEquals(encoded(alice), before);
});

Deno.test("a request that a removal overtakes is not answered with the new discovery key", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  await sync(bob, alice);
  const known = bob.store.peers.find(alice.store.deviceId)!.discoveryKey;
  // Another one of bob's is news, so that noting it is a change in the middle of the answer.
  bob.store.peers.pin({ deviceId: "x", name: "x", fingerprint: "x", publicKey: "x" }, {
    addresses: [],
    replaceKey: false,
  });
  bob.store.peers.remove("x");
  // Where both hold the same, moving the cursors would end it.
  alice.store.memories.remember({ kind: "note", title: "for friends", body: "x" });
  const unsubscribe = alice.store.subscribe(() => {
    unsubscribe();
    alice.store.peers.remove(bob.store.deviceId);
  });
  assertEquals((await sync(bob, alice)).error?.code, "peer_removed");
  assertEquals(bob.store.peers.find(alice.store.deviceId)!.discoveryKey, known);
  assertNotEquals(alice.store.device.discoveryKey(), known);
});

function disposable<S extends { close(): void }>(store: S) {
  return { store, [Symbol.dispose]: () => store.close() };
}
