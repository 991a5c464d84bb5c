/** A device whose port another program holds: every command says so, who it is, and what to do. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { endBackground, startInBackground } from "../support/devices/background.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/system/free_port.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

interface ListenerJson {
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  readonly error: string | null;
  readonly hint: string | null;
}

/** Who holds a port shows where /proc is; elsewhere only that somebody does. */
const HOLDER = Deno.build.os === "linux" ? `deno \\(pid ${Deno.pid}\\) holds` : "(holds|is in use)";
const HINT = /\nhint: End it.* or choose another port with `codemem config set sync_port PORT`\n/;

Deno.test("a start on a port that is taken names who holds it, and how another one is chosen", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: home.port });
  const enabled = await home.run(["sync", "enable", "--start"]);
  assertEquals(enabled.code, 1, enabled.stderr);
  assertMatch(enabled.stderr, /^codemem: Sync is enabled, but has not started: Cannot listen on /);
  for (const command of [["sync", "enable", "--start"], ["sync", "start"], ["serve"]]) {
    const { code, stdout, stderr } = await home.run(command);
    assertEquals([code, stdout], [1, ""], `${command}: ${stderr}`);
    assertMatch(stderr, new RegExp(`Cannot listen on port ${home.port}: ${HOLDER}`));
    assertMatch(stderr, HINT);
  }
  assertEquals(await statusOf(home), {
    code: 0,
    listeners: [{
      ...{ address: "127.0.0.1", port: home.port, listening: false },
      ...{ error: "codemem serve is not running", hint: "Run `codemem sync start`" },
    }],
  });
});

Deno.test("a device that runs without sync is no start, and says so to whoever asks", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  await using daemon = await startInBackground(home);
  const taken = Deno.listen({ hostname: "127.0.0.1", port: home.port });
  await home.text("sync", "enable");
  await eventually(
    "sync cannot start",
    async () => (await statusOf(home)).listeners[0]?.error !== null,
  );
  await eventually("it has tried", async () => (await lastError(home)) !== null);

  const runsWithout = new RegExp(
    `codemem serve runs, pid ${daemon.pid}, but sync does not: .*${home.port}: ${HOLDER}`,
  );
  for (const command of [["sync", "start"], ["sync", "enable", "--start"]]) {
    const { code, stdout, stderr } = await home.run([...command, "--json"]);
    assertEquals([code, stdout], [1, ""], `${command}: ${stderr}`);
    assertMatch(stderr, runsWithout);
    assertMatch(stderr, /hint: End it and run `codemem sync restart`, or choose another port with/);
    assertEquals(JSON.parse(stderr.trim().split("\n").at(-1)!).error, "port_in_use");
  }
  const pair = await home.run(["sync", "pair"]);
  assertEquals(pair.code, 5, pair.stderr);
  assertMatch(pair.stderr, /does not listen for other devices: Cannot listen on port/);
  assertMatch(
    pair.stderr,
    /hint: End it and run `codemem sync restart`, or .*config set sync_port/,
  );

  const { listeners: [listener] } = await statusOf(home);
  assertEquals([listener!.address, listener!.port, listener!.listening], [
    ...["127.0.0.1", home.port, false],
  ]);
  assertMatch(listener!.error!, new RegExp(HOLDER));
  assertMatch(listener!.hint!, /codemem sync restart/);
  const text = await home.text("sync", "status");
  assertMatch(text, new RegExp(`\\nlistener +127.0.0.1:${home.port} not listening: ${HOLDER}`));
  assertMatch(text, /\n +hint: End it and run `codemem sync restart`/);

  taken.close();
  assertStringIncludes(await home.text("sync", "start"), `Sync: listening on ${home.address}`);
  assertStringIncludes(
    await home.text("sync", "status"),
    `listener     ${home.address} listening\n`,
  );
});

Deno.test("a restart that the settings would keep from succeeding stops nothing", async () => {
  await using home = await SyncHome.named("home");
  await using daemon = await startInBackground(home);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  const elsewhere = { CODEMEM_SYNC_BIND: "192.0.2.1" };
  for (
    const [env, code, message] of [
      [{ CODEMEM_SYNC_PORT: port }, 1, `port ${port}`],
      [{ CODEMEM_VIEWER_PORT: port }, 1, `port ${port}|:${port}`],
      [elsewhere, 1, "192.0.2.1: not an address of this machine"],
      [{ ...elsewhere, CODEMEM_SYNC_PORT: String(freePort()) }, 1, "192.0.2.1: not an address"],
      [{ CODEMEM_SYNC_PORT: "99999" }, 2, "CODEMEM_SYNC_PORT"],
      [{ CODEMEM_SYNC_KEY_STORE: "a safe" }, 2, "CODEMEM_SYNC_KEY_STORE"],
    ] as const
  ) {
    const ended = await home.run(["sync", "restart"], { env });
    assertEquals([ended.code, ended.stdout], [code, ""], ended.stderr);
    assertMatch(ended.stderr, new RegExp(`^codemem: Not restarted: .*(${message})`));
    assertStringIncludes(ended.stderr, "\nhint: ");
  }
  const { pid } = (await home.json<{ daemon: { pid: number } }>("sync", "status")).daemon;
  assertEquals(pid, daemon.pid);
});

Deno.test("a restart that fails after the stop says that sync is down", async () => {
  await using home = await SyncHome.named("home");
  await using _daemon = await startInBackground(home);
  await Deno.rename(home.path("keys/device.key"), home.path("kept.key"));
  const failed = await home.run(["sync", "restart"]);
  assertEquals([failed.code, failed.stdout], [1, ""], failed.stderr);
  assertMatch(failed.stderr, /^codemem: The device was stopped and does not start again: .*key/);
  await Deno.rename(home.path("kept.key"), home.path("keys/device.key"));
  await home.text("sync", "restart");
  await endBackground(home);
});

async function statusOf(home: SyncHome): Promise<{ code: number; listeners: ListenerJson[] }> {
  const { code, stdout } = await home.run(["sync", "status", "--json"]);
  return { code, listeners: JSON.parse(stdout).listeners };
}

async function lastError(home: SyncHome): Promise<string | null> {
  return (await home.json<{ last_error: string | null }>("sync", "status")).last_error;
}
