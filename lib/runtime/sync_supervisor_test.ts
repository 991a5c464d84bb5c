import { assertEquals, assertRejects } from "@std/assert";
import { freePort } from "../../tests/support/system/free_port.ts";
import { holdDatabase } from "../../tests/support/system/hold_database.ts";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { resolveSettings } from "../config/resolve.ts";
import { CodememError } from "../errors.ts";
import { openStore } from "../store/store.ts";
import { SyncSupervisor } from "./sync_supervisor.ts";

/** A device that has no key yet, and whose process has other things to do than to wait. */
class Bench extends TempFolder {
  readonly store = openStore({ path: this.file("codemem.db") });
  readonly supervisor: SyncSupervisor;

  constructor() {
    super();
    this.store.waitBriefly();
    const { settings } = resolveSettings({
      ...{ env: {}, filePath: "", hostname: "alice" },
      file: {
        ...{ sync_enabled: true, sync_bind: ["127.0.0.1"], sync_port: freePort() },
        sync_mdns: false,
      },
    });
    const { store } = this;
    const options = { store, keysDir: this.file("keys"), version: "0.0.0-test", nowMs: Date.now };
    this.supervisor = new SyncSupervisor({ ...options, loop: true }, settings);
  }

  isListening(): boolean {
    return this.supervisor.listeners.every(({ listening }) => listening);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.stop();
    this.store.close();
    this[Symbol.dispose]();
  }
}

Deno.test("sync begins for the first time although another process holds the database for a while", async () => {
  await using bench = new Bench();
  await using _holder = await holdDatabase(bench.store.path, 1_000);
  await bench.supervisor.start();
  assertEquals(bench.isListening(), true);
});

Deno.test("sync that has not begun while the database was held begins when it is free", async () => {
  await using bench = new Bench();
  {
    await using _holder = await holdDatabase(bench.store.path);
    const error = await assertRejects(() => bench.supervisor.start(), CodememError);
    assertEquals([error.code, bench.isListening()], ["database_busy", false]);
  }
  await bench.supervisor.look();
  assertEquals(bench.isListening(), true);
});
