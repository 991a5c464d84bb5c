import { assertEquals } from "@std/assert";
import { pair, startDevice } from "../../tests/support/devices/device.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { freePort } from "../../tests/support/system/free_port.ts";
import { startSync } from "./sync_service.ts";

Deno.test("sync begins a life of the database, and another one when the machine has woken up", async () => {
  await using device = await startDevice("alice", { settings: { syncEnabled: false } });
  const { store, identity } = device;
  assertEquals(store.lives.present(), null);
  const settings = { ...device.settings, syncEnabled: true, syncPort: freePort() };
  const options = { store, identity, settings, version: "0.0.0-test", nowMs: Date.now };
  const service = await startSync({ ...options, loop: false });
  const begun = store.lives.present()!;
  service.reconnect();
  const woken = store.lives.present()!;
  await service.stop();
  assertEquals([begun.n, woken.n], [1, 2]);
  assertEquals(store.lives.haveForked({ life: begun, head: null }), false);
});

for (const moment of ["wait", "pass"]) {
  Deno.test(`a peer that is removed just before a ${moment} is no fault of this device`, async () => {
    await using alice = await startDevice("alice", { loop: false });
    await using bob = await startDevice("bob", { loop: false });
    const { store, identity } = alice;
    const faults: string[] = [];
    const removeBob = () => store.peers.remove(bob.store.deviceId);
    const service = await startSync({
      ...{ store, identity, version: "0.0.0-test", nowMs: Date.now, loop: true },
      settings: { ...alice.settings, syncPort: freePort() },
      onFault: (error) => faults.push(error.message),
      // A pass is followed by a wait.
      onSynced: () => moment === "wait" && removeBob(),
    });
    await pair(bob, alice);
    if (moment === "pass") {
      await eventually("both are in touch", () => service.isInTouch());
      removeBob();
      service.syncNow();
    }
    await eventually("bob is removed", () => store.peers.list().length === 0);
    await eventually("nothing is open any more", () => !service.isInTouch());
    await service.stop();
    assertEquals(faults, []);
  });
}

/** A refused device asks again after half a minute at the earliest. */
const BEFORE_IT_ASKS_AGAIN_MS = 25_000;

Deno.test("a device that is told to go on asks its peers at once", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const seen = () => bob.store.peers.find(alice.store.deviceId)!;
  await eventually("bob has asked", () => seen().state === "ok");
  bob.store.lives.markForked({ restoredMs: 0 });
  bob.store.memories.remember({ kind: "note", title: "to be sent", body: "x" });
  await eventually("bob has noticed", () => seen().lastErrorCode === "device_forked");
  bob.store.beginAnew();
  await eventually("bob is well", () => seen().state === "ok", BEFORE_IT_ASKS_AGAIN_MS);
});
