/** The doctor of two devices: whether they are well, and what keeps a peer away. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { eventually } from "../support/eventually.ts";
import { startDevice } from "../support/devices/device.ts";
import { fingerprintOf } from "../../lib/auth/fingerprint.ts";
import { decodeInvite } from "../../lib/protocol/invite.ts";
import { freePort } from "../support/system/free_port.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { examine, finding, OUTSIDE, wrong } from "../support/devices/doctor.ts";
import type { FindingJson } from "../support/devices/doctor.ts";

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
