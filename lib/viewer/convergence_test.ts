import { assert, assertEquals } from "@std/assert";
import { pair, startDevice, sync } from "../../tests/support/devices/device.ts";
import { Convergence } from "./convergence.ts";
import type { DeviceEvent } from "./running_device.ts";

Deno.test("what is missing is watched while a pass brings it, and forgotten with its peer", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const { deviceId } = alice.store;
  let tell: (event: DeviceEvent) => void = () => {};
  let nowMs = Date.now();
  const convergence = new Convergence({
    store: bob.store,
    nowMs: () => nowMs,
    subscribe(listener) {
      tell = listener;
      return () => {};
    },
  }, { monotonicMs: () => 0 });
  const counts = () => convergence.lines()[deviceId]!.map(({ behind, ahead }) => [behind, ahead]);
  assertEquals(counts(), []);
  for (const ops of [0, 250, 900]) {
    nowMs += 5_000;
    const progress = { phase: "pull" as const, ops, total: 900 };
    tell({ type: "progress", peerDeviceId: deviceId, progress });
    tell({ type: "changed" });
  }
  assertEquals(counts(), [[900, 0], [650, 0]], "the store does not know of the pass");
  await sync(bob, alice);
  nowMs += 5_000;
  tell({ type: "synced", peerDeviceId: deviceId, ok: true });
  assertEquals(counts().at(-1), [0, 0]);
  bob.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
  nowMs += 5_000;
  tell({ type: "changed" });
  assertEquals(counts().at(-1), [0, 1]);
  bob.store.peers.remove(deviceId);
  assert(!(deviceId in convergence.lines()));
});
