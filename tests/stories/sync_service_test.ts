/** The service under a real user manager of systemd. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { type StartedJson, startInBackground } from "../support/devices/background.ts";
import type { Home } from "../support/devices/home.ts";
import { skipUnless } from "../support/skip.ts";
import { SyncHome } from "../support/devices/sync_home.ts";
import { canRunUserManager, UserManager } from "../support/system/user_manager.ts";

const canRun = await canRunUserManager();

interface InstalledJson extends StartedJson {
  readonly installed: boolean;
  readonly path: string;
  readonly name: string;
}

interface StatusJson {
  readonly daemon: { readonly state: string; readonly pid: number | null };
  readonly service: Readonly<Record<string, unknown>>;
}

serviceTest(
  "a service is installed, started, stopped, found again after a crash, and removed",
  async () => {
    await using manager = await UserManager.start();
    await using home = await SyncHome.named("home", { env: manager.env });
    assertEquals((await status(home)).service, {
      kind: "systemd",
      installed: false,
      enabled: false,
      active: false,
    });

    const installed = await home.json<InstalledJson>("sync", "install");
    const { name, pid } = installed;
    assertEquals([installed.installed, installed.service, installed.started], [
      true,
      "systemd",
      true,
    ]);
    assertEquals(installed.path, `${manager.units}/${name}`);
    assertEquals(await manager.property(name, "MainPID"), String(pid));
    assertEquals(await manager.property(name, "UnitFileState"), "enabled");
    assertStringIncludes(await manager.property(name, "StatusText"), "sync on 1 address");
    assertEquals((await status(home)).service, {
      kind: "systemd",
      installed: true,
      enabled: true,
      active: true,
    });
    assertStringIncludes(await home.text("sync", "start"), `is already running, pid ${pid}`);

    await home.text("sync", "stop");
    assertEquals(await manager.property(name, "ActiveState"), "inactive");
    assertEquals(await manager.property(name, "Result"), "success");
    assertEquals((await home.run(["sync", "stop"])).code, 5);
    assertEquals((await status(home)).service.active, false);

    const started = await home.json<StartedJson>("sync", "start");
    assertEquals([started.service, started.started], ["systemd", true]);
    assertEquals(await manager.property(name, "MainPID"), String(started.pid));
    Deno.kill(started.pid, "SIGKILL");
    let revived: number | null = null;
    await eventually("another one runs", async () => {
      revived = (await status(home)).daemon.pid;
      return revived !== null && revived !== started.pid;
    });

    const restarted = await home.json<StartedJson>("sync", "restart");
    assertEquals([restarted.service, restarted.started], ["systemd", true]);
    assertNotEquals(restarted.pid, revived);

    await home.text("remember", "kept");
    assertEquals(await home.json("sync", "uninstall"), { installed: false, removed: true });
    assertEquals((await status(home)).daemon.state, "stopped");
    assertEquals(await filesBelow(manager.units), []);
    assertEquals(await manager.property(name, "LoadState"), "not-found");
    assertStringIncludes(await home.text("recent"), "kept");
    assertEquals(await home.json("sync", "uninstall"), { installed: false, removed: false });
  },
);

serviceTest("a device that runs already makes way for its service", async () => {
  await using manager = await UserManager.start();
  await using home = await SyncHome.named("home", { env: manager.env });
  await using detached = await startInBackground(home);
  const text = await home.run(["sync", "install"]);
  assertEquals(text.code, 0, text.stderr);
  assertStringIncludes(text.stderr, "loginctl enable-linger");
  assertStringIncludes(text.stderr, "warning: the service runs from source");
  const { daemon, service } = await status(home);
  assertNotEquals(daemon.pid, detached.pid);
  assertEquals([daemon.state, service.active], ["running", true]);
  // Installed once more it is started anew, with what holds now.
  const again = await home.json<InstalledJson>("sync", "install");
  assertEquals(again.started, true);
  assertNotEquals(again.pid, daemon.pid);
  await home.text("sync", "uninstall");
});

serviceTest("of two devices on a machine each has a service of its own", async () => {
  await using manager = await UserManager.start();
  await using alice = await SyncHome.named("alice", { env: manager.env });
  await using bob = await SyncHome.named("bob", { env: manager.env });
  const ofAlice = await alice.json<InstalledJson>("sync", "install");
  await using ofBob = await startInBackground(bob);
  assertEquals(ofBob.service, null);
  await alice.text("sync", "stop");
  const { state, pid } = (await status(bob)).daemon;
  assertEquals([state, pid], ["running", ofBob.pid]);
  assertEquals(await manager.property(ofAlice.name, "ActiveState"), "inactive");
});

serviceTest("a service that cannot start says why", async () => {
  await using manager = await UserManager.start();
  await using home = await SyncHome.named("home", { env: manager.env });
  await home.text("sync", "install");
  await home.text("sync", "stop");
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: home.viewerPort });
  const { code, stderr } = await home.run(["sync", "start"]);
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, String(home.viewerPort));
  assertStringIncludes(stderr, "codemem config set viewer_port");
  // It would be tried again: a stop ends that, too.
  assertEquals((await home.run(["sync", "stop"])).code, 0);
  const again = await home.run(["sync", "install"]);
  assertEquals(again.code, 1, again.stderr);
  assertStringIncludes(again.stderr, "is installed, but has not started");
  await home.text("sync", "uninstall");
});

serviceTest("the service of a folder with any name in it runs in that folder", async () => {
  await using manager = await UserManager.start();
  await using outer = await SyncHome.named("outer", { env: manager.env });
  const folder = `${outer.folder}/a b%h $HOME \${HOME} 'c' "d" \\e;#`;
  await Deno.mkdir(folder);
  await Deno.copyFile(outer.path("config.json"), `${folder}/config.json`);
  const env = { CODEMEM_HOME: folder, CODEMEM_DEVICE_NAME: `50% "of" $HOME` };
  const { code, stdout, stderr } = await outer.run(["sync", "install", "--json"], { env });
  assertEquals(code, 0, stderr);
  const { pid, service } = JSON.parse(stdout) as InstalledJson;
  assertEquals(service, "systemd");
  const facts = JSON.parse(await Deno.readTextFile(`${folder}/daemon.json`));
  assertEquals([facts.pid, facts.as_service], [pid, true]);
  assert((await Deno.stat(`${folder}/logs/serve.stderr`)).isFile);
  const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
  assert(environment.includes(`CODEMEM_DEVICE_NAME=${env.CODEMEM_DEVICE_NAME}`));
  assertEquals((await outer.run(["sync", "uninstall"], { env })).code, 0);
});

Deno.test("where no manager answers nothing is installed, and a start goes without it", async () => {
  await using home = await SyncHome.named("home");
  const env = { HOME: home.folder, XDG_RUNTIME_DIR: home.folder };
  const { code, stderr } = await home.run(["sync", "install", "--json"], { env });
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "hint: Without a service, `codemem sync start`");
  assertEquals(JSON.parse(stderr.trim().split("\n").at(-1)!).error, "no_service_manager");
  assertEquals(await filesBelow(home.path(".config")), []);
  await using daemon = await startInBackground(home);
  assertEquals(daemon.service, null);
});

/** A test that needs a user manager. */
function serviceTest(name: string, test: () => Promise<void>): void {
  Deno.test(skipUnless(canRun, "needs root and systemd", name), test);
}

async function status(home: Home): Promise<StatusJson> {
  return await home.json<StatusJson>("sync", "status");
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    const nested = entries.map(async ({ name, isDirectory }) =>
      isDirectory ? await filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
    );
    return (await Promise.all(nested)).flat();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
