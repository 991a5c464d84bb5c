import { assertEquals, assertRejects } from "@std/assert";
import { startDevice } from "../../tests/support/devices/device.ts";
import { freePort } from "../../tests/support/system/free_port.ts";
import { onFreedPort } from "../../tests/support/system/freed_port.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { announceChange } from "../daemon/changes.ts";
import { readFacts } from "../daemon/facts.ts";
import { CodememError } from "../errors.ts";

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
