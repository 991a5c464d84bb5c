import { assertEquals, assertMatch, fail } from "@std/assert";
import { SETTING_NAMES } from "../../config/schema.ts";
import { openRawTls } from "../../../tests/support/attackers/raw_tls.ts";
import { certificateName } from "../../model/device.ts";
import { freePort } from "../../../tests/support/system/free_port.ts";
import { onFreedPort } from "../../../tests/support/system/freed_port.ts";
import { startDevice } from "../../../tests/support/devices/device.ts";
import { ViewerClient } from "../../../tests/support/viewer/viewer_client.ts";

const CONFIG = "/api/sync/config";

Deno.test("every setting is there, with where it comes from", async () => {
  await using device = await startDevice("studio");
  const { body } = await (await ViewerClient.open(device)).get(CONFIG);
  for (const name of SETTING_NAMES) {
    assertEquals([name, Object.hasOwn(body, name), typeof body.sources[name]], [
      name,
      true,
      "string",
    ]);
  }
});

Deno.test("a setting is taken up at once and kept", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  const port = freePort();
  const { status, body } = await client.send("PUT", CONFIG, { sync_port: port });
  assertEquals([status, body.sync_port, body.sources.sync_port], [200, port, "file"]);
  const { listeners } = (await client.get("/api/sync/status")).body;
  assertEquals(listeners, [{
    address: "127.0.0.1",
    port,
    listening: true,
    error: null,
    hint: null,
  }]);
  await device.restart();
  assertEquals((await client.get(CONFIG)).body.sync_port, port);
});

Deno.test("an invalid value is refused by name, and nothing of the request is changed", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  for (
    const [name, value] of [
      ["sync_port", 99_999],
      ["sync_interval_s", 0],
      ["sync_bind", ["nowhere"]],
      ["device_name", ""],
      ["viewer_port", "x"],
      ["sync_prot", 7337],
    ] as const
  ) {
    const changes = { sync_mdns: true, [name]: value };
    const { status, body } = await client.send("PUT", CONFIG, changes);
    assertEquals([status, body.error, body.field], [400, "invalid_config", name]);
  }
  assertEquals((await client.get(CONFIG)).body.sync_mdns, false);
});

Deno.test("a port that is held is refused, and the old one keeps working", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr;
  const before = (await client.get(CONFIG)).body;
  // Whoever is connected to this device stays so.
  const peer = await openRawTls(device.settings.syncPort, {
    certificatePem: device.identity.certificatePem,
    certificateName: certificateName(device.store.deviceId),
  });
  const ask = (fields: string) =>
    peer.write(new TextEncoder().encode(`GET /v1/status HTTP/1.1\r\nhost: a\r\n${fields}\r\n`));
  await ask("");
  assertEquals((await peer.read(new Uint8Array(10_000)))! > 0, true);
  for (const name of ["sync_port", "viewer_port"]) {
    const { status, body } = await client.send("PUT", CONFIG, { [name]: port });
    assertEquals([status, body.error, body.field], [409, "port_in_use", name]);
  }
  await ask("connection: close\r\n");
  assertMatch(await new Response(peer.readable).text(), /^HTTP\/1\.1 401 /);
  assertEquals((await client.get(CONFIG)).body, before);
  const { listeners } = (await client.get("/api/sync/status")).body;
  assertEquals(listeners.map((each: { listening: boolean }) => each.listening), [true]);
});

Deno.test("a held port takes along what was to be changed with it", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const changes = { device_name: "attic", viewer_port: freePort(), sync_port: holder.addr.port };
  const events = (await fetch(`${client.url}/api/events`)).body!;
  const { status, body } = await client.send("PUT", CONFIG, changes);
  assertEquals([status, body.field], [409, "sync_port"]);
  const reader = events.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  while (!told.includes("event:status")) {
    const { value, done } = await reader.read();
    if (done) fail(`the events have ended: ${told}`);
    told += value;
  }
  await reader.cancel();
  assertEquals(told.includes("event:moved"), false, "pages stay where they are");
  const after = await ViewerClient.open(device);
  assertEquals(after.url, client.url);
  assertEquals((await after.get("/api/sync/status")).body.device_name, "studio");
});

Deno.test("what did not work before does not stand in the way of another change", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  await client.send("POST", "/api/sync/actions/disable");
  const { syncPort: port } = device.settings;
  using _holder = await onFreedPort(() => Deno.listen({ hostname: "127.0.0.1", port }));
  await device.runtime.apply({ ...device.settings, syncEnabled: true }).catch(() => {});
  await Deno.writeTextFile(
    device.paths.config,
    (await Deno.readTextFile(device.paths.config)).replace(
      '"sync_enabled": false',
      '"sync_enabled": true',
    ),
  );
  const { status, body } = await client.send("PUT", CONFIG, { device_name: "attic" });
  assertEquals([status, body.device_name], [200, "attic"]);
  const free = await client.send("PUT", CONFIG, { sync_port: freePort() });
  assertEquals(free.status, 200);
  assertEquals((await client.get("/api/sync/status")).body.last_error, null);
});

Deno.test("an address that is not of this machine is refused where it is the only one", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  const { status, body } = await client.send("PUT", CONFIG, { sync_bind: ["192.0.2.1"] });
  assertEquals([status, body.error, body.field], [409, "address_unavailable", "sync_bind"]);
  const both = { sync_bind: ["127.0.0.1", "192.0.2.1"] };
  assertEquals((await client.send("PUT", CONFIG, both)).status, 200);
  const { listeners } = (await client.get("/api/sync/status")).body;
  assertMatch(listeners[1].error, /not an address of this machine/);
});

Deno.test("the viewer moves to another port", async () => {
  await using device = await startDevice("studio");
  const client = await ViewerClient.open(device);
  const port = freePort();
  const { status, body } = await client.send("PUT", CONFIG, { viewer_port: port });
  assertEquals([status, body.viewer_port], [200, port]);
  const moved = await ViewerClient.open(device);
  assertEquals(moved.url, `http://127.0.0.1:${port}`);
  await moved.get("/api/health");
});

Deno.test("what the environment decides is refused and not changed in vain", async () => {
  await using device = await startDevice("studio", { env: { CODEMEM_SYNC_INTERVAL_S: "77" } });
  const client = await ViewerClient.open(device);
  const config = (await client.get(CONFIG)).body;
  assertEquals([config.sync_interval_s, config.sources.sync_interval_s], [77, "variable"]);
  const { status, body } = await client.send("PUT", CONFIG, { sync_interval_s: 5 });
  assertEquals([status, body.field], [400, "sync_interval_s"]);
  assertMatch(body.message, /CODEMEM_SYNC_INTERVAL_S/);
});
