import { assertEquals } from "@std/assert";
import { syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import { pair, startDevice } from "../support/devices/device.ts";

Deno.test("an address that is another device's by now leaves the peer offline, not distrusted", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await pair(carol, alice);
  const bobsId = await pairedAndGone(alice);
  const bobsPin = alice.store.peers.find(bobsId)!;
  // Carol has got the address that Bob had.
  alice.store.peers.recordContact(bobsPin, {
    address: carol.address,
    certificate: bobsPin.certificate!,
  });
  const { error } = await syncPeer(alice.context, alice.store.peers.find(bobsId)!, {
    signal: AbortSignal.timeout(20_000),
  });
  assertEquals(error?.code, "unreachable");
  assertEquals(alice.store.peers.find(bobsId)?.state, "offline");
});

async function pairedAndGone(alice: Parameters<typeof pair>[0]): Promise<string> {
  await using bob = await startDevice("bob", { loop: false });
  await pair(bob, alice);
  return bob.store.deviceId;
}
