import { assert, assertEquals } from "@std/assert";
import { digestsEqual } from "../../lib/model/digest.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";

function assertIdentical(...devices: TestDevice[]): void {
  const [first, ...others] = devices.map(({ store }) => store.log.snapshot().digest);
  for (const other of others) assert(digestsEqual(first!, other), "the digests differ");
  for (const { store } of devices) assert(store.digestHolds(), "a digest is not that of its rows");
}

Deno.test("one invitation pins both devices", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  assertEquals(alice.store.peers.list().map(({ name }) => name), ["bob"]);
  assertEquals(bob.store.peers.list().map(({ name }) => name), ["alice"]);
  assertEquals(alice.store.peers.find(bob.store.deviceId)?.fingerprint, bob.identity.fingerprint);
});

Deno.test("one pass carries memories both ways", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  alice.store.memories.remember({ kind: "decision", title: "zebra", body: "stripes" });
  bob.store.memories.remember({ kind: "bugfix", title: "walrus", body: "tusks" });
  const { result, error } = await sync(bob, alice);
  assertEquals(error, undefined);
  assertEquals(result?.identical, true);
  assertEquals(alice.store.memories.search({ text: "walrus", limit: 9 }).length, 1);
  assertEquals(bob.store.memories.search({ text: "zebra", limit: 9 }).length, 1);
  assertIdentical(alice, bob);
});

Deno.test("a device that only answers knows what was taken from it, though nobody waits at it", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  await sync(bob, alice);
  alice.store.memories.remember({ kind: "decision", title: "zebra", body: "stripes" });
  const { result } = await sync(bob, alice);
  assertEquals(result?.pulled, 1);
  const { state, identicalLive } = alice.store.peers.find(bob.store.deviceId)!;
  assertEquals([state, identicalLive], ["ok", 1]);
  const { epoch, seq } = alice.store.log.head();
  assertEquals(alice.store.cursors.pushedThrough(bob.store.deviceId, epoch), seq);
});

Deno.test("three devices in a chain converge although the ends never meet", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await pair(alice, bob);
  await pair(bob, carol);
  const { id } = alice.store.memories.remember({
    kind: "decision",
    title: "from alice",
    body: "a",
  });
  carol.store.memories.remember({ kind: "decision", title: "from carol", body: "c" });
  await sync(alice, bob);
  await sync(carol, bob);
  await sync(alice, bob);
  assertIdentical(alice, bob, carol);
  carol.store.memories.edit(id, { title: "changed by carol" });
  await sync(carol, bob);
  await sync(alice, bob);
  assertEquals(alice.store.memories.find(id)?.title, "changed by carol");
  assertIdentical(alice, bob, carol);
});
