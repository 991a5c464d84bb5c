import { assertEquals } from "@std/assert";
import { resolveSettings } from "../config/resolve.ts";
import { openStore } from "../store/store.ts";
import { startDevice } from "../../tests/support/device.ts";
import { freePort } from "../../tests/support/free_port.ts";
import { holdDatabase } from "../../tests/support/hold_database.ts";
import { SyncKeeper } from "./sync_keeper.ts";
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

Deno.test("sync begins for the first time although another process holds the database for a while", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/codemem.db`;
  const store = openStore({ path });
  store.waitBriefly();
  const { settings } = resolveSettings({
    ...{ env: {}, filePath: "", hostname: "alice" },
    file: { sync_enabled: true, sync_bind: ["127.0.0.1"], sync_port: freePort(), sync_mdns: false },
  });
  const options = { store, keysDir: `${folder}/keys`, version: "0.0.0-test", nowMs: Date.now };
  const keeper = new SyncKeeper({ ...options, loop: true }, settings);
  {
    await using _holder = await holdDatabase(path, 1_000);
    await keeper.start();
  }
  assertEquals(keeper.listeners.map(({ listening }) => listening), [true]);
  await keeper.stop();
  store.close();
  await Deno.remove(folder, { recursive: true });
});
