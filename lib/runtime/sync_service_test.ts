import { assertEquals } from "@std/assert";
import { startDevice } from "../../tests/support/devices/device.ts";
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
