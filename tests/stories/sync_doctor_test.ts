import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { eventually } from "../support/eventually.ts";
import { startDevice } from "../support/devices/device.ts";
import { fingerprintOf } from "../../lib/auth/fingerprint.ts";
import { decodeInvite } from "../../lib/protocol/invite.ts";
import { freePort } from "../support/system/free_port.ts";
import { hasProgram } from "../support/system/has_program.ts";
import type { RunOptions } from "../support/devices/home.ts";
import { obeysPermissions } from "../support/system/obeys_permissions.ts";
import { skipUnless } from "../support/skip.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { exists } from "../support/system/exists.ts";

interface FindingJson {
  readonly check: string;
  readonly subject?: string;
  readonly outcome: string;
  readonly detail: string;
  readonly hint?: string;
  readonly elapsed_ms: number;
}

interface StageJson {
  readonly stage: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly error?: string;
  readonly hint?: string;
  readonly elapsed_ms: number;
}

interface DoctorJson {
  readonly ok: boolean;
  readonly findings: readonly FindingJson[];
  readonly peers: readonly {
    readonly peer_device_id: string;
    readonly name: string;
    readonly addresses: readonly {
      readonly address: string;
      readonly stages: readonly StageJson[];
    }[];
  }[];
}

/** Told to others, and not of this machine alone. */
const OUTSIDE = { CODEMEM_SYNC_ADVERTISE: "laptop.example:7337" };

async function examine(
  home: SyncHome,
  options: RunOptions = {},
  ...words: string[]
): Promise<{ readonly code: number; readonly report: DoctorJson }> {
  const { code, stdout, stderr } = await home.run(["sync", "doctor", ...words, "--json"], options);
  assertEquals(stderr, "");
  return { code, report: JSON.parse(stdout) };
}

/** The findings that are neither as they should be nor left out, by what was looked at. */
function wrong({ findings }: DoctorJson): Record<string, string> {
  return Object.fromEntries(
    findings.filter(({ outcome }) => outcome === "warning" || outcome === "failed")
      .map(({ check, subject, outcome }) => [
        subject === undefined ? check : `${check} ${subject}`,
        outcome,
      ]),
  );
}

function finding({ findings }: DoctorJson, check: string, subject?: string): FindingJson {
  const found = findings.find((each) => each.check === check && each.subject === subject);
  assert(found !== undefined, `${check} was not looked at`);
  return found;
}

Deno.test("of two healthy devices the doctor says that nothing is wrong", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _alices = await alice.serve();
  await using _bobs = await bob.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "the secret is in the third drawer");
  await bob.syncOnce();

  const { code, stdout, stderr } = await bob.run(["sync", "doctor"], { env: OUTSIDE });
  assertEquals([code, stderr], [0, ""], stdout);
  assertMatch(stdout, /^This device\n {2}ok {7}sync: sync is enabled\n/);
  assertMatch(stdout, /port owner \(sync_port\): codemem serve holds port \d+/);
  assertMatch(stdout, /\nalice \([0-9a-f-]{36}\)\n {2}ok .*identical \(1 live, 0 deleted\)/);
  assertMatch(stdout, /\(ms: resolve \d+, tcp \d+, tls \d+, signature \d+, clock \d+, protocol /);
  assertMatch(stdout, /\nNothing is wrong\n$/);
  assert(!stdout.includes("hint:"), stdout);

  const { report } = await examine(bob, { env: OUTSIDE });
  assertEquals(Object.keys(report), ["ok", "findings", "peers"]);
  assertEquals([report.ok, wrong(report)], [true, {}]);
  const [peer, ...others] = report.peers;
  assertEquals(others, []);
  assertEquals([peer?.name, peer?.addresses.map(({ address }) => address)], [
    "alice",
    [alice.address],
  ]);
  const stages = peer!.addresses[0]!.stages;
  assertEquals(stages.map(({ stage }) => stage), [
    ...["resolve", "tcp", "tls", "signature", "clock", "protocol", "digest"],
  ]);
  assert(stages.every(({ ok, error, elapsed_ms: ms }) => ok && error === undefined && ms >= 0));
});

Deno.test("the doctor shows no key, no token and no memory, and changes no byte", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const invitation = await alice.invite();
  await bob.text("remember", "the secret is in the third drawer");
  const key = await Deno.readTextFile(bob.path("keys/device.key"));
  const publicKey = await Deno.readTextFile(bob.path("keys/device.key.pub"));
  const secrets = [
    "third drawer",
    invitation.payload.slice(4, 40),
    key.split("\n")[1]!,
    publicKey.split(" ")[1]!,
  ];
  const attempts = await bob.text("sync", "attempts", "--json");
  const before = await bob.snapshot();
  for (const options of [[], ["--json"]]) {
    const { code, stdout, stderr } = await bob.run(["sync", "doctor", ...options]);
    assertEquals(code, 0, stderr);
    for (const secret of secrets) assert(!(stdout + stderr).includes(secret), secret);
  }
  assertEquals(await bob.snapshot(), before);
  assertEquals(await bob.text("sync", "attempts", "--json"), attempts);
});

Deno.test("memories that wait for the next pass are a warning, and no failure", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "kept here as yet");
  const { code, stdout } = await bob.run(["sync", "doctor"]);
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /warning {2}127\..*: not identical: live memories: 1 here, 0 there \(ms: /);
  assertStringIncludes(stdout, "hint: Run `codemem sync once` to sync with alice");
});

Deno.test("a peer that cannot come in is a warning, with the port that is to be let in", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  // Where nobody listens, as behind a firewall.
  await bob.text("config", "set", "sync_advertise", `127.0.0.1:${freePort()}`);
  await using _alices = await alice.serve();
  await using _bobs = await bob.serve();
  await pairHomes(alice, bob);
  let inbound!: FindingJson;
  await eventually("alice tries", async () => {
    inbound = finding((await examine(bob)).report, "inbound", "alice");
    return inbound.outcome !== "skipped";
  });
  assertEquals([inbound.outcome, inbound.detail], ["warning", "alice cannot reach this device"]);
  assertStringIncludes(inbound.hint!, String(bob.port));
});

Deno.test("a peer that sleeps ends the doctor with 4, and with what to do", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using serve = await alice.serve();
  await pairHomes(alice, bob);
  await serve.stop();
  const { code, stdout } = await bob.run(["sync", "doctor"]);
  assertEquals(code, 4, stdout);
  assertMatch(stdout, /FAILED {3}127\.0\.0\.1:\d+: Cannot reach .*\(ms: resolve \d+, tcp \d+\)\n/);
  assertMatch(
    stdout,
    /\n {11}hint: Run `codemem sync start` on alice, and check that its sync_port/,
  );
  assertMatch(stdout, /\n1 problem, 2 warnings\n$/);
  const { report } = await examine(bob);
  const { stages } = report.peers[0]!.addresses[0]!;
  assertEquals(stages.map(({ stage, ok, error }) => [stage, ok, error]), [
    ["resolve", true, undefined],
    ["tcp", false, "unreachable"],
  ]);
  assertEquals(report.ok, false);
  // With something wrong here as well, that comes first.
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: bob.port });
  assertEquals((await examine(bob)).code, 1);
});

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

Deno.test("the doctor tells the addresses that an invitation has room for, and counts the rest", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await home.serve();
  const many = Array.from({ length: 250 }, (_, index) => `10.0.0.${index}:7337`);
  const env = { CODEMEM_SYNC_ADVERTISE: many.join(",") };
  const { stdout } = await home.run(["sync", "pair", "--json"], { env });
  const { addresses } = decodeInvite(JSON.parse(stdout).payload, fingerprintOf);
  const { detail } = finding((await examine(home, { env })).report, "own_addresses");
  const more = 250 - addresses.length;
  assertEquals(
    detail,
    `other devices are told ${addresses.join(", ")}; ${more} more have no room in an invitation`,
  );
});

Deno.test("a peer that has removed this device ends the doctor with 3", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await alice.text("sync", "peers", "remove", "bob");
  const { code, report } = await examine(bob);
  const last = report.peers[0]!.addresses[0]!.stages.at(-1)!;
  assertEquals([code, last.stage, last.error], [3, "signature", "peer_removed"]);
  assertEquals(last.detail, "alice has removed this device");
  assertStringIncludes(last.hint!, "alice has removed this device");
});

Deno.test("a clock that is ten minutes off ends the doctor with 1", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await startDevice("bob", { nowMs: () => Date.now() + 600_000 });
  const { payload } = makeInvite(bob.context, {
    addresses: [bob.address],
    replaceKey: false,
    pinned: false,
  });
  assertEquals((await alice.accept(payload)).code, 0);
  const { code, report } = await examine(alice);
  const last = report.peers[0]!.addresses[0]!.stages.at(-1)!;
  assertEquals([code, last.stage, last.ok], [1, "clock", false]);
  assertStringIncludes(last.hint!, "Set the clock");
});

Deno.test("named peers alone are asked, and an unknown name is refused", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using carol = await SyncHome.named("carol");
  await using _alices = await alice.serve();
  await using carols = await carol.serve();
  await pairHomes(alice, bob);
  await pairHomes(carol, bob);
  await carols.stop();
  const { code, report } = await examine(bob, {}, "alice");
  assertEquals([code, report.peers.map(({ name }) => name)], [0, ["alice"]]);
  assertEquals((await examine(bob)).code, 4);
  const refused = await bob.run(["sync", "doctor", "dave"]);
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, 'No peer is called "dave"');
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

Deno.test("while sync is disabled no peer is asked", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("sync", "disable");
  const { code, report } = await examine(bob);
  assertEquals([code, report.peers, wrong(report)], [0, [], { sync: "warning" }]);
  assertStringIncludes(finding(report, "peers").detail, "does not ask them");
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
