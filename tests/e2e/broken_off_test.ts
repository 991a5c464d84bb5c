/** What a device breaks off itself says nothing about its peer. */
import { assertEquals } from "@std/assert";
import { syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";

Deno.test("a change of the settings in the middle of a pass is no failure of the pass", async () => {
  await using bob = await startDevice("bob", { loop: false });
  // Its first pass by itself is the one that is broken off.
  await using alice = await startDevice("alice", { settings: { syncEnabled: false } });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await pair(bob, alice);
  await sync(alice, bob);
  // Nor can she reach him where he was, which is tried a quarter of a second later.
  await bob.runtime.close();
  moveTo(alice, bob, `127.0.0.1:${silent.addr.port}`);
  const before = state(alice, bob);
  await alice.runtime.apply({ ...alice.settings, syncEnabled: true });
  using _connection = await silent.accept();
  await alice.runtime.apply(alice.settings);
  assertEquals(state(alice, bob), before);
  assertEquals(alice.runtime.facts.fault, null);
});

Deno.test("an attempt that its caller ends is interrupted, whatever it was ended with", async () => {
  // Nobody calls by himself: what bob asks would tell alice how he stands.
  await using bob = await startDevice("bob", { loop: false });
  await using alice = await startDevice("alice", { loop: false });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await pair(bob, alice);
  moveTo(alice, bob, `127.0.0.1:${silent.addr.port}`);
  const before = state(alice, bob);
  const ending = new AbortController();
  const attempt = syncPeer(alice.context, alice.store.peers.list()[0]!, { signal: ending.signal });
  using _connection = await silent.accept();
  ending.abort();
  const { error, isRecorded } = await attempt;
  assertEquals([error?.code, isRecorded], ["interrupted", false]);
  assertEquals(state(alice, bob), before);
});

/** Has a device know a peer at another address alone. */
function moveTo({ store }: TestDevice, { store: { deviceId } }: TestDevice, address: string): void {
  const { fingerprint, certificate } = store.peers.find(deviceId)!;
  store.peers.recordContact({ deviceId, fingerprint }, { address, certificate: certificate! });
}

function state({ store }: TestDevice, peer: TestDevice) {
  const { state, lastError } = store.peers.find(peer.store.deviceId)!;
  return { state, lastError, attempts: store.attempts.list({ limit: 10 }).length };
}
