import { assertEquals } from "@std/assert";
import { startDevice, sync } from "../support/devices/device.ts";

Deno.test("a peer that is not done with the pairing has not refused", async () => {
  let laterMs = 0;
  const nowMs = () => Date.now() + laterMs;
  await using alice = await startDevice("alice", { loop: false, nowMs });
  await using bob = await startDevice("bob", { loop: false });
  const { publicKey, fingerprint } = bob.identity;
  alice.store.peers.pin({ deviceId: bob.store.deviceId, name: "bob", publicKey, fingerprint }, {
    addresses: [bob.address],
    replaceKey: false,
  });
  const early = await sync(alice, bob);
  assertEquals([early.error?.code, early.isRecorded], ["busy", false]);
  assertEquals(alice.store.peers.find(bob.store.deviceId)!.state, "never");
  laterMs = 11_000;
  const late = await sync(alice, bob);
  assertEquals([late.error?.code, late.isRecorded], ["unknown_peer", true]);
});
