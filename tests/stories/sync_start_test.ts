import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { processStart } from "../../lib/daemon/process_start.ts";
import { acceptInvite } from "../../lib/sync/pairing/accept.ts";
import {
  endBackground,
  type StartedJson,
  startInBackground,
} from "../support/devices/background.ts";
import { eventually } from "../support/eventually.ts";
import { startDevice } from "../support/devices/device.ts";
import { freePort } from "../support/system/free_port.ts";
import { endBetween, importSample } from "../support/devices/interrupted_sync.ts";
import { isRead } from "../support/attackers/held_request.ts";
import { send, signed } from "../support/attackers/raw_client.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

/** What the end of a device may take, with the start of the command that asks for it: less than waiting. */
const END_MS = 20_000;

interface DaemonJson {
  readonly state: string;
  readonly pid: number | null;
}

Deno.test("a device is started in the background, found running, and stopped", async () => {
  await using home = await SyncHome.named("home");
  await using daemon = await startInBackground(home);
  assertEquals([daemon.state, daemon.started, daemon.service], ["running", true, null]);
  assertEquals(daemon.viewer, home.viewer);
  assertEquals(daemon.listeners.map(({ port, listening }) => [port, listening]), [
    [home.port, true],
  ]);
  const health = await fetch(`${home.viewer}/api/health`);
  assertEquals((await health.json()).ok, true);
  const again = await home.json<StartedJson>("sync", "start");
  assertEquals([again.state, again.started, again.pid], ["running", false, daemon.pid]);
  assertEquals(await daemonOf(home), { state: "running", pid: daemon.pid });

  assertEquals(await home.json("sync", "stop"), { state: "stopped" });
  assertEquals(await processStart(daemon.pid), undefined);
  assertEquals(await daemonOf(home), { state: "stopped", pid: null });
  const second = await home.run(["sync", "stop", "--json"]);
  assertEquals([second.code, lastJson(second.stderr).error], [5, "not_running"]);
  assertStringIncludes(second.stderr, "hint: `codemem sync start`");
});

Deno.test("what is told of a start is for people, too", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  const text = await home.text("sync", "start");
  await using _end = { [Symbol.asyncDispose]: () => endBackground(home) };
  const { pid } = await daemonOf(home);
  assertEquals(text.trim().split("\n"), [
    `codemem serve is running now, pid ${pid}`,
    `Viewer: ${home.viewer}`,
    "Sync: disabled (`codemem sync enable`)",
  ]);
  const enabled = await home.text("sync", "enable", "--start");
  assertStringIncludes(enabled, `codemem serve is already running, pid ${pid}`);
  assertStringIncludes(enabled, `Sync: listening on ${home.address}`);
});

Deno.test("sync enable starts the device where that is wanted", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  const { enabled, daemon } = await home.json<{ enabled: boolean; daemon: StartedJson }>(
    ...["sync", "enable", "--start"],
  );
  await using _end = { [Symbol.asyncDispose]: () => endBackground(home) };
  assertEquals([enabled, daemon.started, daemon.listeners[0]?.listening], [true, true, true]);
});

Deno.test("after kill -9 a device starts again", async () => {
  await using home = await SyncHome.named("home");
  await using killed = await startInBackground(home);
  await home.text("remember", "kept");
  Deno.kill(killed.pid, "SIGKILL");
  await eventually("it is gone", async () => await processStart(killed.pid) === undefined);
  assertEquals((await home.run(["sync", "stop"])).code, 5);
  await using daemon = await startInBackground(home);
  assertNotEquals(daemon.pid, killed.pid);
  assertEquals(daemon.started, true);
  assertStringIncludes(await home.text("recent"), "kept");
});

Deno.test("a process that was given the pid of a dead device is never signalled", async () => {
  await using home = await SyncHome.named("home");
  await using killed = await startInBackground(home);
  Deno.kill(killed.pid, "SIGKILL");
  await eventually("it is gone", async () => await processStart(killed.pid) === undefined);
  const bystander = new Deno.Command("sleep", { args: ["60"] }).spawn();
  try {
    await nameInFiles(home, bystander.pid);
    for (const words of [["stop"], ["stop", "--force"]]) {
      const { code, stderr } = await home.run(["sync", ...words]);
      assertEquals(code, 5, stderr);
    }
    assertEquals((await daemonOf(home)).state, "stopped");
    assertNotEquals(await processStart(bystander.pid), undefined);

    // The lock is held, and not by the process that is named with another start.
    using lock = await Deno.open(home.path("daemon.lock"), { read: true, write: true });
    await lock.lock(true);
    const { code, stderr } = await home.run(["sync", "stop", "--force"]);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "not as a process that can be seen from here");
    assertNotEquals(await processStart(bystander.pid), undefined);
  } finally {
    bystander.kill("SIGKILL");
    await bystander.status;
  }
});

Deno.test("a start that fails says why, and leaves nothing running", async () => {
  await using home = await SyncHome.named("home");
  for (const name of ["viewer_port", "sync_port"] as const) {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const env = { [`CODEMEM_${name.toUpperCase()}`]: String(taken.addr.port) };
    const { code, stdout, stderr } = await home.run(["sync", "start", "--json"], { env });
    assertEquals([code, stdout], [1, ""], stderr);
    assertStringIncludes(stderr, String(taken.addr.port));
    assertStringIncludes(stderr, `set CODEMEM_${name.toUpperCase()} to another port`);
    assertEquals(lastJson(stderr).error, "port_in_use");
    assertEquals((await daemonOf(home)).state, "stopped");
  }
  const invalid = await home.run(["sync", "start"], { env: { CODEMEM_SYNC_PORT: "99999" } });
  assertEquals(invalid.code, 2, invalid.stderr);
  assertStringIncludes(invalid.stderr, "CODEMEM_SYNC_PORT");
});

Deno.test("a start that finds a file in place of its folder says so", async () => {
  await using home = await SyncHome.named("home");
  await Deno.writeTextFile(home.path("file"), "");
  await Deno.writeTextFile(home.path("logs"), "");
  for (const [folder, expected] of [[home.folder, 1], [home.path("file"), 2]] as const) {
    for (const command of [["sync", "start"], ["serve"]]) {
      const { code, stderr } = await home.run(command, { env: { CODEMEM_HOME: folder } });
      assertEquals(code, expected, stderr);
      assertMatch(stderr, /^codemem: Cannot .*\nhint: (Check|Make|Set) /, command.join(" "));
    }
  }
});

Deno.test("a device whose log or stderr cannot be written says which file it is", async () => {
  for (const name of ["codemem.log", "serve.stderr"]) {
    await using home = await SyncHome.named("home");
    await Deno.mkdir(home.path(`logs/${name}`), { recursive: true });
    const { code, stderr } = await home.run(["sync", "start"]);
    assertEquals(code, 1, stderr);
    assertStringIncludes(
      stderr,
      `codemem: Cannot write ${home.path(`logs/${name}`)}\nhint: Check `,
    );
  }
});

Deno.test("of several starts at once one starts the device, and all are content", async () => {
  await using home = await SyncHome.named("home");
  const starts = await Promise.all([1, 2, 3].map(() => home.json<StartedJson>("sync", "start")));
  await using _end = { [Symbol.asyncDispose]: () => endBackground(home) };
  const { pid } = await daemonOf(home);
  assertEquals(starts.map((each) => each.pid), [pid!, pid!, pid!]);
  assertEquals(starts.filter(({ started }) => started).length, 1);
});

Deno.test("a device that is stopped in the middle of a pass loses nothing", async () => {
  const memories = 5_000;
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice, memories);
  await using _alice = await startInBackground(alice);
  await pairHomes(alice, bob);
  await using _bob = await startInBackground(bob);
  let tookMs = Infinity;
  const victim = {
    async stop() {
      const beganMs = performance.now();
      await bob.text("sync", "stop");
      tookMs = performance.now() - beganMs;
    },
  };
  await endBetween(bob, victim, { memories });
  assert(tookMs < END_MS, `it took ${tookMs} ms`);
  const database = new DatabaseSync(bob.path("codemem.db"));
  const { integrity_check: verdict } = database.prepare("PRAGMA integrity_check").get()!;
  database.close();
  assertEquals(verdict, "ok");
  const [rest] = await bob.syncOnce();
  assert(rest!.pulled > 0 && rest!.pulled < memories, `it pulled ${rest!.pulled}`);
});

Deno.test("a device that is stopped answers who waits for ops, and ends", async () => {
  await using home = await SyncHome.named("home");
  await using _daemon = await startInBackground(home);
  await using guest = await startDevice("guest");
  const { payload } = await home.invite();
  await acceptInvite(guest.context, payload, {
    replaceKey: false,
    ownAddresses: [guest.address],
    signal: AbortSignal.timeout(20_000),
  });
  const { deviceId, certificate } = guest.store.peers.list()[0]!;
  const answerer = {
    address: home.address,
    identity: { deviceId, certificatePem: certificate! },
  };
  const status = await send(answerer, signed(guest.identity, { recipient: deviceId }));
  const target = `/v1/ops?since=${status.json!.head}&wait=25`;
  const request = signed(guest.identity, { recipient: deviceId, target });
  const waiting = send(answerer, request);
  await isRead(home.path("codemem.db"), request);
  const beganMs = performance.now();
  await home.text("sync", "stop");
  const tookMs = performance.now() - beganMs;
  assert(tookMs < END_MS, `it took ${tookMs} ms`);
  assertEquals((await waiting).json?.ops, []);
});

Deno.test("a restarted device is still paired, with whatever settings it has now", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using before = await startInBackground(alice);
  await pairHomes(alice, bob);
  await bob.text("remember", "told across a restart");
  await bob.syncOnce();
  const moved = freePort();
  const env = { CODEMEM_VIEWER_PORT: String(moved) };
  const { code, stdout, stderr } = await alice.run(["sync", "restart", "--json"], { env });
  assertEquals(code, 0, stderr);
  const after = JSON.parse(stdout) as StartedJson;
  assertNotEquals(after.pid, before.pid);
  assertEquals([after.started, after.viewer], [true, `http://127.0.0.1:${moved}`]);
  await bob.syncOnce();
  assertStringIncludes(await alice.text("recent"), "told across a restart");
  await alice.text("sync", "stop");
  const fromNothing = await alice.json<StartedJson>("sync", "restart");
  assertEquals(fromNothing.started, true);
});

Deno.test("a device that does not react is ended by force", async () => {
  await using home = await SyncHome.named("home");
  await using daemon = await startInBackground(home);
  Deno.kill(daemon.pid, "SIGSTOP");
  const polite = await home.run(["sync", "stop"]);
  assertEquals(polite.code, 1, polite.stderr);
  assertStringIncludes(polite.stderr, "hint: `codemem sync stop --force`");
  await home.text("sync", "stop", "--force");
  assertEquals(await processStart(daemon.pid), undefined);
});

async function daemonOf(home: SyncHome): Promise<DaemonJson> {
  const { daemon } = await home.json<{ daemon: DaemonJson }>("sync", "status");
  return { state: daemon.state, pid: daemon.pid };
}

/** Has both files of a device that is gone name a process, as where its pid was given away again. */
async function nameInFiles(home: SyncHome, pid: number): Promise<void> {
  const lock = JSON.parse(await Deno.readTextFile(home.path("daemon.lock")));
  await Deno.writeTextFile(home.path("daemon.lock"), JSON.stringify({ ...lock, pid }));
  const facts = JSON.parse(await Deno.readTextFile(home.path("daemon.json")));
  await Deno.writeTextFile(home.path("daemon.json"), JSON.stringify({ ...facts, pid }));
}

function lastJson(text: string): Record<string, unknown> {
  return JSON.parse(text.trim().split("\n").at(-1)!);
}
