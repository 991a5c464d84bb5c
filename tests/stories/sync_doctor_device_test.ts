/** What the doctor finds wrong with this device itself. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hasProgram } from "../support/system/has_program.ts";
import { obeysPermissions } from "../support/system/obeys_permissions.ts";
import { skipUnless } from "../support/skip.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { exists } from "../support/system/exists.ts";
import { examine, finding, wrong } from "../support/devices/doctor.ts";

Deno.test("a settings file that cannot be read is a finding beside the others", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await Deno.writeTextFile(bob.path("config.json"), "{");
  const { code, report } = await examine(bob);
  assertEquals([code, wrong(report).settings], [1, "failed"]);
  assertMatch(finding(report, "settings").detail, /Cannot read .*config\.json:1:2/);
  assertMatch(finding(report, "settings").hint!, /Correct the file/);
  assertEquals(finding(report, "database").outcome, "ok");
  assertEquals(report.peers.map(({ addresses }) => addresses[0]!.stages.length), [7]);
  const { report: invalid } = await examine(alice, { env: { CODEMEM_LOG_LEVEL: "loud" } });
  assertMatch(finding(invalid, "settings").detail, /log_level in CODEMEM_LOG_LEVEL/);
});

Deno.test("a public key file that is missing is not written by the doctor", async () => {
  await using home = await SyncHome.named("home");
  const path = home.path("keys/device.key.pub");
  await Deno.remove(path);
  const { report } = await examine(home);
  assertEquals(finding(report, "key_store").outcome, "ok");
  assertEquals(await exists(path), false);
  await home.text("sync", "enable");
  assertEquals(await exists(path), true);
});

Deno.test("where nothing is set up the doctor says so, and makes nothing", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  const before = await home.snapshot();
  const { code, report } = await examine(home);
  assertEquals([code, report.ok, report.peers], [0, true, []]);
  assertEquals(wrong(report), { sync: "warning", peers: "warning" });
  assertStringIncludes(finding(report, "sync").hint!, "codemem sync enable");
  assertEquals(finding(report, "database").detail, "there is no database yet");
  assertEquals(finding(report, "key_store").outcome, "skipped");
  assertEquals(await home.snapshot(), before);
  assertEquals((await home.run(["sync", "doctor"])).stdout.split("\n").at(-2), "2 warnings");
});

Deno.test("a serve whose sync could not start is found, with the program in its way", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: home.port });
  await using serve = await home.serve();
  await home.text("sync", "enable");
  await serve.waitFor(/could not be applied/);
  const { code, report } = await examine(home);
  assertEquals(code, 1);
  const { outcome, detail } = finding(report, "daemon");
  assertEquals(outcome, "failed");
  assertMatch(detail, new RegExp(`pid ${serve.pid}, .*without sync: .*in use`));
  assertEquals(finding(report, "port_owner", "sync_port").outcome, isLinux ? "failed" : "ok");
  assertEquals(finding(report, "port_owner", "viewer_port").outcome, "ok");
});

const isLinux = Deno.build.os === "linux";

Deno.test(
  skipUnless(isLinux, "needs Linux", "a program on our port is called by its name", {
    os: "linux",
  }),
  async () => {
    await using home = await SyncHome.named("home");
    const script = `Deno.writeTextFileSync("/proc/self/comm", "squatter");
      Deno.listen({ hostname: "127.0.0.1", port: ${home.port} });
      console.log("listening"); await new Promise((resolve) => setTimeout(resolve, 60_000));`;
    await Deno.writeTextFile(home.path("squat.ts"), script);
    await using squatter = await home.start([], /listening/, {
      through: ["sh", "-c", `exec "$0" run -A --quiet ${home.path("squat.ts")}`],
    });
    const { code, report } = await examine(home);
    const { outcome, detail, hint } = finding(report, "port_owner", "sync_port");
    assertEquals([code, outcome], [1, "failed"]);
    assertEquals(detail, `port ${home.port} is held by squatter (pid ${squatter.pid})`);
    assertStringIncludes(hint!, "`codemem config set sync_port PORT`");
    assertEquals(finding(report, "port_owner", "viewer_port").outcome, "ok");
  },
);

Deno.test("a database that is damaged is a finding beside the others", async () => {
  await using home = await SyncHome.named("home");
  const path = home.path("codemem.db");
  const whole = await Deno.readFile(path);
  for (
    const damaged of [
      whole.slice().fill(0x55, 100),
      new TextEncoder().encode("this is not a database\n".repeat(1_000)),
    ]
  ) {
    await Deno.writeFile(path, damaged);
    const { code, report } = await examine(home);
    assertEquals([code, report.ok, report.peers], [1, false, []]);
    const { outcome, hint } = finding(report, "database");
    assertEquals(outcome, "failed");
    assertStringIncludes(hint!, "restore FILE --stop");
    assertEquals(finding(report, "disk_space").outcome, "ok");
  }
});

Deno.test("a page that is damaged deep inside is found, and the peer is probed all the same", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  for (let count = 0; count < 4; count++) await bob.text("remember", "x".repeat(20_000));
  const path = bob.path("codemem.db");
  using file = await Deno.open(path, { write: true });
  const { size } = await file.stat();
  // The last pages hold the long texts: their chain then leads nowhere.
  await file.seek(size - 8 * 4_096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(4 * 4_096).fill(0xff));
  const { code, report } = await examine(bob);
  assertEquals(code, 1);
  assertMatch(finding(report, "database").detail, /damaged/);
  assertEquals(report.peers.map(({ name }) => name), ["alice"]);
});

Deno.test("a key that others can read is a finding, and no peer is asked without the key", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await Deno.chmod(bob.path("keys/device.key"), 0o644);
  const { code, report } = await examine(bob);
  assertEquals([code, report.peers], [1, []]);
  const { outcome, hint } = finding(report, "key_store");
  assertEquals(outcome, "failed");
  assertStringIncludes(hint!, "chmod 600");
});

const through = await obeysPermissions();

Deno.test(
  skipUnless(through !== undefined, "needs setpriv", "a folder that may not be written is found"),
  async () => {
    await using home = await SyncHome.named("home");
    await Deno.chmod(home.path("codemem.db"), 0o400);
    await Deno.chmod(home.folder, 0o500);
    try {
      const { code, report } = await examine(home, through === undefined ? {} : { through });
      const { outcome, detail, hint } = finding(report, "database");
      assertEquals([code, outcome], [1, "failed"]);
      assertStringIncludes(detail, "cannot be written");
      assertStringIncludes(hint!, "permissions");
      assertStringIncludes(finding(report, "peers").detail, "does not open");
      assertEquals(finding(report, "folder", home.folder).outcome, "failed");
    } finally {
      await Deno.chmod(home.folder, 0o700);
    }
  },
);

/** The words that run a command where the folder, as it is seen there, is on a read-only disk. */

const readOnly = (folder: string) => [
  ...["unshare", "--mount", "sh", "-c"],
  'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"',
  folder,
];
const canMount = isLinux && Deno.uid() === 0 && await succeeds("unshare", "--mount", "true");

Deno.test(
  skipUnless(canMount, "needs root and unshare", "a folder on a read-only disk is found", {
    os: "linux",
  }),
  async () => {
    for (const enable of [false, true]) {
      await using home = await SyncHome.named("home", { enable });
      const { code, report } = await examine(home, { through: readOnly(home.folder) });
      const { outcome, detail, hint } = finding(report, "folder", home.folder);
      assertEquals([code, outcome], [1, "failed"]);
      assertEquals(detail, `${home.folder} cannot be written`);
      assertStringIncludes(hint!, "CODEMEM_HOME");
      assertEquals(finding((await examine(home)).report, "folder", home.folder).outcome, "ok");
      const absent = home.path("not/there");
      const elsewhere = { through: readOnly(home.folder), env: { CODEMEM_HOME: absent } };
      const { report: other } = await examine(home, elsewhere);
      assertStringIncludes(finding(other, "folder", absent).detail, `${home.folder} cannot be`);
    }
  },
);

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  if (!await hasProgram(program)) return false;
  return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
}
