import { assertEquals, assertStringIncludes } from "@std/assert";
import { request } from "node:http";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/system/free_port.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { exists } from "../support/system/exists.ts";

interface StatusJson {
  readonly enabled: boolean;
  readonly device_name: string;
  readonly last_error: string | null;
  readonly daemon: { readonly state: string; readonly pid: number | null };
  readonly listeners: readonly { readonly port: number; readonly listening: boolean }[];
}

Deno.test("serve on a busy port fails with a hint and leaves nothing running", async () => {
  await using home = await SyncHome.named("home");
  for (
    const [name, free] of [["sync_port", home.viewerPort], ["viewer_port", home.port]] as const
  ) {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const env = { [`CODEMEM_${name.toUpperCase()}`]: String(taken.addr.port) };
    const { code, stdout, stderr } = await home.run(["serve"], { env });
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, `${taken.addr.port}`);
    assertStringIncludes(stderr, `set CODEMEM_${name.toUpperCase()} to another port`);
    await assertRejectsConnection(free);
    assertEquals(await exists(home.path("daemon.json")), false);
    assertEquals((await status(home)).daemon.state, "stopped");
  }
  await using serve = await home.serve();
  assertEquals((await serve.stop()).code, 0);
});

Deno.test("a device is served once, whoever else tries", async () => {
  await using home = await SyncHome.named("home");
  await using serve = await home.serve();
  const second = await home.run(["serve", "--json"], {
    env: { CODEMEM_SYNC_PORT: String(freePort()), CODEMEM_VIEWER_PORT: String(freePort()) },
  });
  assertEquals(second.code, 1, second.stderr);
  assertEquals(lastJson(second.stderr).error, "already_running");
  const { daemon, listeners } = await status(home);
  assertEquals([daemon.state, daemon.pid], ["running", serve.pid]);
  assertEquals(listeners.map(({ port, listening }) => [port, listening]), [[home.port, true]]);
});

Deno.test("a running serve takes up changed settings", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  await using peer = await SyncHome.named("peer");
  await using serve = await home.serve();
  assertEquals((await status(home)).listeners, []);
  await assertRejectsConnection(home.port);

  await home.text("sync", "enable");
  await eventually("it listens", async () => (await status(home)).listeners[0]?.listening === true);
  await pairHomes(home, peer);

  await home.text("config", "set", "device_name", "renamed");
  await eventually(
    "the name is taken up",
    async () => (await page(home)).includes("codemem on renamed"),
  );

  const otherPort = freePort();
  await home.text("config", "set", "sync_port", String(otherPort));
  await eventually(
    "the port is taken up",
    async () => (await status(home)).listeners[0]?.port === otherPort,
  );
  await assertRejectsConnection(home.port);
  (await Deno.connect({ hostname: "127.0.0.1", port: otherPort })).close();

  await home.text("sync", "disable");
  await eventually("it listens no more", async () => (await status(home)).listeners.length === 0);
  await assertRejectsConnection(otherPort);
  assertEquals((await serve.stop()).code, 0);
});

Deno.test("a change that cannot be taken up leaves the rest running and is told", async () => {
  await using home = await SyncHome.named("home");
  await using serve = await home.serve();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await home.text("config", "set", "viewer_port", String(taken.addr.port));
  await serve.waitFor(/could not be applied.*in use/);
  assertStringIncludes(await page(home), "codemem on home");
  assertEquals((await status(home)).listeners[0]?.listening, true);

  await home.text("config", "set", "viewer_port", String(home.viewerPort));
  await home.text("config", "set", "sync_port", String(taken.addr.port));
  await eventually("the failure is told", async () => (await status(home)).last_error !== null);
  assertStringIncludes((await status(home)).last_error!, `port ${taken.addr.port}: `);
  assertStringIncludes(await page(home), "does not run");
  await home.text("config", "set", "sync_port", String(home.port));
  await eventually("it listens", async () => (await status(home)).listeners[0]?.listening === true);
  assertEquals((await status(home)).last_error, null);
});

Deno.test("a port that becomes free is listened on without a restart", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await home.serve();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: freePort() });
  await home.text("config", "set", "sync_port", String(taken.addr.port));
  await eventually("the failure is told", async () => (await status(home)).last_error !== null);
  taken.close();
  // Any change is an occasion to look around; otherwise it comes by itself.
  await home.text("remember", "something");
  await eventually("it listens", async () => (await status(home)).listeners[0]?.listening === true);
  assertEquals((await status(home)).last_error, null);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`${signal} ends serve in good order while requests are open`, async () => {
    await using home = await SyncHome.named("home");
    await using serve = await home.serve();
    using _idle = await Deno.connect({ hostname: "127.0.0.1", port: home.port });
    using half = await Deno.connect({ hostname: "127.0.0.1", port: home.viewerPort });
    await half.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"));
    // This one would not end by itself.
    const events = await fetch(`${home.viewer}/api/events`);
    const timer = setTimeout(() => Deno.kill(serve.pid, "SIGKILL"), 60_000);
    const { code } = await serve.stop(signal).finally(() => clearTimeout(timer));
    assertEquals(code, 0, `it did not end: ${serve.output}`);
    await events.body!.cancel();
    assertEquals(await exists(home.path("daemon.json")), false);
  });
}

Deno.test("what a killed serve leaves behind is in nobody's way", async () => {
  await using home = await SyncHome.named("home");
  const killed = await home.serve();
  await home.text("remember", "kept");
  await killed.stop("SIGKILL");
  assertEquals(await exists(home.path("daemon.json")), true);
  const { daemon, listeners } = await status(home);
  assertEquals([daemon.state, daemon.pid], ["stopped", null]);
  assertEquals(listeners.map(({ listening }) => listening), [false]);
  await using serve = await home.serve();
  assertEquals((await status(home)).daemon.pid, serve.pid);
  assertStringIncludes(await home.text("recent"), "kept");
});

Deno.test("the viewer answers this machine alone", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await home.serve();
  const health = await fetch(`${home.viewer}/api/health`);
  assertEquals([health.status, (await health.json()).ok], [200, true]);
  const front = await fetch(home.viewer);
  assertEquals(front.headers.get("content-type"), "text/html; charset=UTF-8");
  assertStringIncludes(front.headers.get("content-security-policy")!, "default-src 'none'");
  await front.body?.cancel();
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "[::2]", "%"]) {
    const { status, body } = await getWithHost(home, host);
    assertEquals(status, 403, host);
    assertEquals(Object.keys(JSON.parse(body)).toSorted(), ["error", "hint", "message"]);
  }
  for (const host of [`127.0.0.1:${home.viewerPort}`, "localhost", "[::1]:1"]) {
    assertEquals((await getWithHost(home, host)).status, 200, host);
  }
});

async function status(home: SyncHome): Promise<StatusJson> {
  return await home.json<StatusJson>("sync", "status");
}

async function page(home: SyncHome): Promise<string> {
  return await (await fetch(`${home.viewer}/sync`)).text();
}

async function assertRejectsConnection(port: number): Promise<void> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return;
    throw error;
  }
  throw new Error(`Something listens on ${port}`);
}

function getWithHost(home: SyncHome, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: home.viewerPort, path: "/", headers: { host } };
    request(options, async (response) => {
      let body = "";
      for await (const part of response) body += part;
      resolve({ status: response.statusCode!, body });
    }).on("error", reject).end();
  });
}

function lastJson(text: string): { readonly error: string } {
  return JSON.parse(text.trim().split("\n").at(-1)!);
}
