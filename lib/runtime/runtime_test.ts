import { assertEquals, assertRejects } from "@std/assert";
import { startDevice } from "../../tests/support/devices/device.ts";
import { freePort } from "../../tests/support/system/free_port.ts";
import { onFreedPort } from "../../tests/support/system/freed_port.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { loadSettings } from "../config/load.ts";
import { announceChange } from "../daemon/changes.ts";
import { readFacts } from "../daemon/facts.ts";
import { isLocked } from "../daemon/lock.ts";
import { CodememError } from "../errors.ts";
import { openRuntime } from "./runtime.ts";

Deno.test("a stop waits for settings that are being taken up, and none are taken up after it", async () => {
  const device = await startDevice("alice");
  const { runtime, settings } = device;
  const others = [freePort(), freePort()].map((syncPort) => ({ ...settings, syncPort }));
  const changes = Promise.allSettled(others.map((each) => runtime.apply(each)));
  await device[Symbol.asyncDispose]();
  assertEquals((await changes).map(({ status }) => status), ["fulfilled", "fulfilled"]);
  for (const { syncPort: port } of others) {
    (await onFreedPort(() => Deno.listen({ port, hostname: "127.0.0.1" }))).close();
  }
  const error = await assertRejects(() => runtime.apply(settings), CodememError);
  assertEquals(error.code, "not_running");
});

Deno.test("facts that somebody has damaged are written anew at the next look", async () => {
  await using device = await startDevice("alice", { loop: false });
  const { paths, runtime } = device;
  await Deno.writeTextFile(paths.daemonFacts, "damaged");
  announceChange(paths.changes);
  await eventually("the facts are there", async () => await readFacts(paths) !== undefined);
  assertEquals(await readFacts(paths), runtime.facts);
});

Deno.test("a device whose facts cannot be removed ends all the same, and tells why", async () => {
  const device = await startDevice("alice", { loop: false });
  const { paths, runtime, settings } = device;
  await replaceByFolder(paths.daemonFacts);
  await assertRejects(() => runtime.close(), Error, "Directory not empty");
  assertEquals(await isLocked(paths.lock), false);
  const { syncPort: port } = settings;
  (await onFreedPort(() => Deno.listen({ port, hostname: "127.0.0.1" }))).close();
  device.store.close();
  await Deno.remove(device.home, { recursive: true });
});

Deno.test("why a device cannot start is told, whatever fails when it is given up", async () => {
  await using device = await startDevice("alice", { loop: false });
  const { paths, settings, store } = device;
  await device.runtime.close();
  await replaceByFolder(paths.daemonFacts);
  const { viewerPort: port } = settings;
  using _taken = await onFreedPort(() => Deno.listen({ port, hostname: "127.0.0.1" }));
  const start = () =>
    openRuntime({
      ...{ paths, settings, store, version: "0.0.0-test", nowMs: Date.now, loop: false },
      readSettings: () => loadSettings(paths, {}),
      browserScript: () => Promise.resolve(""),
      service: () => ({ kind: null, installed: false, enabled: false, active: false }),
    });
  const error = await assertRejects(start, CodememError);
  assertEquals(error.code, "port_in_use");
  assertEquals(await isLocked(paths.lock), false);
});

/** A file that can be neither read nor removed: a folder that is not empty stands in its place. */
async function replaceByFolder(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${path}/not-empty`, { recursive: true });
}
