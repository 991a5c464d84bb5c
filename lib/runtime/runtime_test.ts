import { assertEquals, assertRejects } from "@std/assert";
import { startDevice } from "../../tests/support/device.ts";
import { freePort } from "../../tests/support/free_port.ts";
import { CodememError } from "../errors.ts";

Deno.test("a stop waits for settings that are being taken up, and none are taken up after it", async () => {
  const device = await startDevice("alice");
  const { runtime, settings } = device;
  const others = [freePort(), freePort()].map((syncPort) => ({ ...settings, syncPort }));
  const changes = Promise.allSettled(others.map((each) => runtime.apply(each)));
  await device[Symbol.asyncDispose]();
  assertEquals((await changes).map(({ status }) => status), ["fulfilled", "fulfilled"]);
  for (const { syncPort } of others) Deno.listen({ port: syncPort, hostname: "127.0.0.1" }).close();
  const error = await assertRejects(() => runtime.apply(settings), CodememError);
  assertEquals(error.code, "not_running");
});
