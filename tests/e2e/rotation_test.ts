import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CodememError } from "../../lib/errors.ts";
import { poll } from "../../lib/time/poll.ts";
import { rotateKeys } from "../../lib/runtime/rotate_keys.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { rotate } from "../support/devices/rotate.ts";
import { syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import { acceptInvite } from "../../lib/sync/pairing/accept.ts";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { freePort } from "../support/system/free_port.ts";

/** One pass, which has to end with both devices holding the same. */
async function pass(device: TestDevice, peer: TestDevice): Promise<void> {
  const { error, result } = await sync(device, peer);
  assertEquals(error?.message, undefined);
  assertEquals(result?.identical, true);
}

/** How `device` has pinned `peer`. */
function pinOf(device: TestDevice, peer: TestDevice) {
  return device.store.peers.find(peer.store.deviceId)!;
}

function assertFollowed(device: TestDevice, peer: TestDevice): void {
  const { fingerprint, publicKey, rotatedAt, keyForkedAt } = pinOf(device, peer);
  assertEquals([fingerprint, publicKey], [peer.identity.fingerprint, peer.identity.publicKey]);
  assertNotEquals(rotatedAt, null);
  assertEquals(keyForkedAt, null);
}

async function twoDevices(): Promise<[TestDevice, TestDevice, AsyncDisposableStack]> {
  await using started = new AsyncDisposableStack();
  const alice = started.use(await startDevice("alice", { loop: false }));
  const bob = started.use(await startDevice("bob", { loop: false }));
  await pair(alice, bob);
  await pass(bob, alice);
  return [alice, bob, started.move()];
}

Deno.test("a device that has rotated its key tells its peer before it asks for anything", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  const before = alice.identity.fingerprint;
  const { pairedAt, addresses } = pinOf(bob, alice);
  await rotate(alice);
  assertNotEquals(alice.identity.fingerprint, before);
  alice.store.memories.remember({ kind: "discovery", title: "from alice", body: "x" });
  await pass(alice, bob);
  assertFollowed(bob, alice);
  const peer = pinOf(bob, alice);
  assertEquals([peer.pairedAt, peer.addresses], [pairedAt, addresses]);
  assertEquals(pinOf(alice, bob).rotationTold, 1);
  assertEquals(bob.store.memories.recent({ limit: 5 })[0]?.title, "from alice");
  await pass(bob, alice);
});

Deno.test("a device that meets another key of its peer asks how it follows", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  await rotate(alice);
  await pass(bob, alice);
  assertFollowed(bob, alice);
  await pass(alice, bob);
});

Deno.test("both have rotated, one of them several times, and neither has met the other since", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  await rotate(alice, 3);
  await rotate(bob, 2);
  bob.store.memories.remember({ kind: "discovery", title: "from bob", body: "x" });
  await pass(alice, bob);
  assertFollowed(bob, alice);
  assertFollowed(alice, bob);
  assertEquals(pinOf(bob, alice).rotationAccepted, 3);
  assertEquals(bob.store.rotations.ofPeer(alice.store.deviceId).length, 3);
  await pass(bob, alice);
  await rotate(alice);
  await rotate(bob);
  await pass(bob, alice);
  assertFollowed(alice, bob);
  assertFollowed(bob, alice);
});

Deno.test("a peer that was set back to before it was told is told again", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  const peer = pinOf(bob, alice);
  await rotate(alice);
  await pass(alice, bob);
  // As a backup of bob from the day before would have it.
  bob.store.peers.remove(peer.deviceId);
  bob.store.peers.pin(peer, { addresses: peer.addresses, replaceKey: false });
  await pass(alice, bob);
  assertFollowed(bob, alice);
});

Deno.test("who is paired after a rotation follows the next one", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await rotate(alice, 2);
  await pair(alice, bob);
  await pass(alice, bob);
  await pass(bob, alice);
  await rotate(alice);
  await pass(bob, alice);
  assertFollowed(bob, alice);
  assertEquals(pinOf(bob, alice).rotationAccepted, 3);
});

Deno.test("an invitation from before a rotation does not lead back to the key of then", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  const nowhere = [`127.0.0.1:${freePort()}`];
  const { payload } = makeInvite(alice.context, {
    ...{ addresses: nowhere, replaceKey: false, pinned: false },
  });
  await rotate(alice);
  await pass(bob, alice);
  const signal = AbortSignal.timeout(60_000);
  const error = await assertRejects(
    () => acceptInvite(bob.context, payload, { replaceKey: true, ownAddresses: [], signal }),
    CodememError,
  );
  assertEquals(error.code, "key_superseded");
  assertFollowed(bob, alice);
});

Deno.test("a dial that began before another process followed the peer follows it, too", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  const before = pinOf(bob, alice);
  await rotate(alice);
  await pass(alice, bob);
  assertFollowed(bob, alice);
  const signal = AbortSignal.timeout(60_000);
  const { error, result } = await syncPeer(bob.context, before, { signal });
  assertEquals(error?.message, undefined);
  assertEquals(result?.identical, true);
});

Deno.test("a device that was removed is not followed", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  const before = alice.identity.fingerprint;
  await rotate(alice);
  bob.store.peers.remove(alice.store.deviceId);
  const { error } = await sync(alice, bob);
  assertEquals(error?.code, "peer_removed");
  assertEquals(pinOf(bob, alice).fingerprint, before);
  assertEquals(pinOf(alice, bob).state, "auth_failed");
});

Deno.test("who is removed, and rotates as well, is told so by a device that has rotated since", async () => {
  const [alice, bob, started] = await twoDevices();
  await using _ = started;
  alice.store.peers.remove(bob.store.deviceId);
  for (const rotations of [1, 2]) {
    await rotate(alice, rotations);
    const before = pinOf(bob, alice);
    const { error } = await sync(bob, alice);
    assertEquals([error?.code, error?.message], [
      "peer_removed",
      "alice has removed this device",
    ]);
    const { fingerprint, lastErrorCode } = pinOf(bob, alice);
    assertEquals([fingerprint, lastErrorCode], [before.fingerprint, "peer_removed"]);
    await rotate(bob);
  }
  assertEquals(pinOf(alice, bob).rotationAccepted, 0, "its new key is nobody's");
});

Deno.test("devices that run take a rotation up by themselves, and stay in touch", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const { store, settings, paths } = alice;
  for (let round = 1; round <= 2; round++) {
    const { fingerprint } = await rotateKeys({ store, settings, keysDir: paths.keys }, Date.now());
    const isFollowed = () => pinOf(bob, alice).fingerprint === fingerprint || undefined;
    assert(await poll(isFollowed, { timeoutMs: 60_000 }), "bob does not follow");
    for (const [from, to] of [[alice, bob], [bob, alice]] as const) {
      const title = `${from.name}, round ${round}`;
      from.store.memories.remember({ kind: "discovery", title, body: "x" });
      const arrived = () =>
        to.store.memories.recent({ limit: 5 }).some((memory) => memory.title === title) ||
        undefined;
      assert(await poll(arrived, { timeoutMs: 60_000 }), `${title} has not arrived`);
    }
  }
});
