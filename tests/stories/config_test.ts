import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SETTING_NAMES } from "../../lib/config/schema.ts";
import { Home } from "../support/devices/home.ts";

Deno.test("a setting is read, changed and listed", async () => {
  await using home = await Home.make();
  assertEquals(await home.text("config", "get", "sync_port"), "7337\n");
  assertEquals(await home.text("config", "set", "sync_port", "7400"), "sync_port = 7400\n");
  assertEquals(await home.text("config", "get", "sync_port"), "7400\n");
  assertEquals(await home.json("config", "get", "sync_port"), {
    name: "sync_port",
    value: 7400,
    source: "file",
  });
  const listed = await home.json<Record<string, unknown>>("config", "list");
  assertEquals(Object.keys(listed), [...SETTING_NAMES]);
  assertEquals([listed.sync_port, listed.sync_bind], [7400, ["0.0.0.0", "::"]]);
  assertMatch(await home.text("config", "list"), /^sync_port +7400 +file/m);
});

Deno.test("what is shown for a list can be set again", async () => {
  await using home = await Home.make();
  await home.text("config", "set", "sync_bind", "127.0.0.1,::1");
  const shown = (await home.text("config", "get", "sync_bind")).trim();
  assertEquals(shown, "127.0.0.1,::1");
  assertEquals(await home.json("config", "set", "sync_bind", shown), {
    name: "sync_bind",
    value: ["127.0.0.1", "::1"],
    source: "file",
  });
});

Deno.test("a variable wins over the file, and setting says so", async () => {
  await using home = await Home.make();
  const env = { CODEMEM_LOG_LEVEL: "debug" };
  const set = await home.run(["config", "set", "log_level", "error"], { env });
  assertStringIncludes(set.stderr, "CODEMEM_LOG_LEVEL is set and wins over the file");
  assertEquals((await home.run(["config", "get", "log_level"], { env })).stdout, "debug\n");
  assertEquals(await home.text("config", "get", "log_level"), "error\n");
});

Deno.test("unknown members of the file are warned about and kept", async () => {
  await using home = await Home.make();
  const before = '// mine\n{\n  "observer_model": "x",\n  "sync_prot": 1\n}\n';
  await Deno.writeTextFile(home.path("config.json"), before);
  const { code, stdout, stderr } = await home.run(["config", "list", "--json"]);
  assertEquals([code, JSON.parse(stdout).sync_port], [0, 7337]);
  assertMatch(
    stderr,
    /^codemem: warning: .*observer_model, sync_prot \(did you mean sync_port\?\)\n$/,
  );
  await home.text("config", "set", "sync_port", "7400");
  const after = await Deno.readTextFile(home.path("config.json"));
  assertEquals(after, before.replace("1\n}", '1,\n  "sync_port": 7400\n}'));
});

Deno.test("processes that change settings at the same time lose nothing", async () => {
  await using home = await Home.make();
  const changes = [["sync_port", "7400"], ["viewer_port", "7401"], ["log_level", "debug"]] as const;
  await Promise.all(changes.map(([name, value]) => home.text("config", "set", name, value)));
  const listed = await home.json<Record<string, unknown>>("config", "list");
  assertEquals([listed.sync_port, listed.viewer_port, listed.log_level], [7400, 7401, "debug"]);
  assertEquals((await Deno.stat(home.path("config.json"))).mode! & 0o777, 0o600);
});

Deno.test("a command that needs no settings works with a broken settings file", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(home.path("config.json"), "{");
  await home.text("remember", "still here");
  assertStringIncludes(await home.text("recent"), "still here");
});
