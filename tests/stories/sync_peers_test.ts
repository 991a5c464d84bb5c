import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freePort } from "../support/system/free_port.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

type Json = Readonly<Record<string, unknown>>;

interface StatusJson extends Json {
  readonly mdns: Json;
  readonly daemon: Json;
  readonly listeners: readonly Json[];
  readonly peers: readonly Json[];
}

interface AttemptJson {
  readonly ok: boolean;
  readonly error_code: string | null;
  readonly repeats: number;
  readonly address: string | null;
}

Deno.test("with sync disabled nothing goes out and nothing comes in", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  for (const turn of ["before it was ever enabled", "after it was disabled"]) {
    for (const command of [["once"], ["pair"], ["pair", "--accept", "cm1.x"], ["verify"]]) {
      const refused = await home.run(["sync", ...command]);
      assertEquals(refused.code, 1, `${command} ${turn}: ${refused.stderr}`);
      assertStringIncludes(refused.stderr, "hint: Run `codemem sync enable`");
    }
    assertEquals((await home.json<{ enabled: boolean }>("sync", "status")).enabled, false);
    await using serve = await home.serve();
    assertStringIncludes(serve.output, "Sync: disabled");
    using _free = Deno.listen({ hostname: "127.0.0.1", port: home.port });
    await serve.stop();
    await home.text("sync", "enable");
    await home.text("sync", "disable");
  }
});

Deno.test("status has a name for everything", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const keys = [
    ...["enabled", "device_id", "device_name", "fingerprint", "digest", "live", "tombstones"],
    ...["listeners", "mdns", "daemon", "last_sync_at", "last_error", "key_store", "peers"],
  ];
  assertHolds(await bob.json("sync", "status"), keys);
  await using serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "one");
  await bob.syncOnce();
  const report = await bob.json<StatusJson>("sync", "status");
  assertHolds(report, keys);
  assertHolds(report.mdns, ["enabled", "active", "error"]);
  assertHolds(report.peers[0]!, [
    ...["peer_device_id", "name", "fingerprint", "state", "addresses", "last_good_address"],
    ...["last_seen_at", "last_sync_at", "last_error", "identical_at", "behind", "ahead"],
  ]);
  const { state, last_good_address, behind, ahead } = report.peers[0]!;
  assertEquals([state, last_good_address, behind, ahead], ["ok", alice.address, 0, 0]);
  const running = await alice.json<StatusJson>("sync", "status");
  assertHolds(running.daemon, ["state", "pid", "uptime_s", "version"]);
  assertEquals([running.daemon.state, running.daemon.pid], ["running", serve.pid]);
  assertHolds(running.listeners[0]!, ["address", "port", "listening", "error"]);
  await bob.text("remember", "two");
  assertEquals((await bob.json<StatusJson>("sync", "status")).peers[0]!.ahead, 1);
});

Deno.test("peers are listed, renamed and meant by name, id or its beginning", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  assertEquals((await bob.run(["sync", "once"])).code, 1, "there is nobody yet");
  await pairHomes(alice, bob);
  const [peer] = await bob.json<{ peer_device_id: string }[]>("sync", "peers", "list");
  const id = peer!.peer_device_id;
  await bob.text("sync", "peers", "rename", id.slice(0, 8), "der Schreibtisch");
  assertStringIncludes(await bob.text("sync", "peers", "list"), "der Schreibtisch");
  for (const name of [id, id.slice(0, 4), "der Schreibtisch"]) {
    assertEquals((await bob.run(["sync", "once", name])).code, 0, name);
  }
  for (const name of ["nobody", id.slice(0, 3), ""]) {
    const missed = await bob.run(["sync", "once", name]);
    assertEquals(missed.code, 1, `${name}: ${missed.stderr}`);
  }
  for (const name of ["", "two\nlines", "x".repeat(200), "\u202e"]) {
    assertEquals((await bob.run(["sync", "peers", "rename", id, name])).code, 2, name);
  }
  assertStringIncludes(await bob.text("sync", "peers", "list"), "der Schreibtisch");
});

Deno.test("a removed peer is told so, and comes back by being paired again", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "one");
  await bob.syncOnce();
  const removed = await alice.run(["sync", "peers", "remove", "bob"]);
  assertEquals([removed.code, removed.stderr], [0, ""], "no invitation is open");
  assertEquals(await alice.json("sync", "peers", "list"), []);
  for (const command of ["once", "verify"]) {
    const refused = await bob.run(["sync", command, "--json"]);
    assertEquals(refused.code, 3, refused.stderr);
    assertEquals(JSON.parse(refused.stdout).peers[0].error, "peer_removed");
    const { stderr } = await bob.run(["sync", command]);
    assertStringIncludes(
      stderr,
      "codemem: alice has removed this device\nhint: To pair again, run",
    );
  }
  for (const command of ["status", "attempts"]) {
    assertStringIncludes(await bob.text("sync", command), "alice has removed this device");
  }
  const [told] = await bob.json<{ state: string; last_error: string }[]>("sync", "peers", "list");
  assertEquals(told!.state, "auth_failed");
  assertEquals(told!.last_error, "alice has removed this device");
  assertStringIncludes(await alice.text("recent"), "one");

  await pairHomes(alice, bob);
  await bob.text("remember", "two");
  await bob.syncOnce();
  assertStringIncludes(await alice.text("recent"), "two");
  assertEquals((await alice.run(["sync", "peers", "remove", "nobody"])).code, 1);

  const { payload } = await alice.invite();
  const warned = await alice.run(["sync", "peers", "remove", "bob"]);
  assertStringIncludes(warned.stderr, "warning: an invitation can be used until ");
  assertEquals((await bob.accept(payload)).code, 0, "and so it can");
});

Deno.test("attempts that fail alike are one entry, and exit codes say why", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  await bob.syncOnce();
  await serving.stop();
  for (let count = 0; count < 3; count++) {
    const offline = await bob.run(["sync", "once"]);
    assertEquals(offline.code, 4, offline.stderr);
    assertStringIncludes(offline.stderr, "hint: ");
  }
  assertEquals((await bob.run(["sync", "verify"])).code, 4);
  const [last, first, ...older] = await bob.json<AttemptJson[]>("sync", "attempts");
  assertEquals([last!.ok, last!.error_code, last!.repeats], [false, "unreachable", 3]);
  assertEquals([first!.ok, first!.address, older.length], [true, alice.address, 0]);
  assertStringIncludes(await bob.text("sync", "attempts", "alice"), "3 times");
  assertEquals((await bob.json<AttemptJson[]>("sync", "attempts", "--limit", "1")).length, 1);
  assertEquals((await bob.run(["sync", "attempts", "--limit", "0"])).code, 2);
  const [peer] = await bob.json<{ state: string }[]>("sync", "peers", "list");
  assertEquals(peer!.state, "offline");
});

Deno.test("an interrupted pass says nothing about its peer", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  await bob.syncOnce();
  await serving.stop();
  // Accepts connections and never says a word.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: alice.port });
  await using pass = await bob.start(["sync", "once"], /^/);
  using _connection = await silent.accept();
  assertEquals((await pass.stop("SIGINT")).code, 130);
  const [peer] = await bob.json<{ state: string; last_error: string }[]>("sync", "peers", "list");
  assertEquals([peer!.state, peer!.last_error], ["ok", null]);
});

Deno.test("a peer that is somebody else is not trusted", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using mallory = await SyncHome.named("mallory");
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  await serving.stop();
  await mallory.text("config", "set", "sync_port", String(alice.port));
  await using _other = await mallory.start(["serve"], /listening/, {
    env: { CODEMEM_VIEWER_PORT: String(freePort()) },
  });
  const refused = await bob.run(["sync", "once", "--json"]);
  assertEquals(refused.code, 3, refused.stderr);
  assertEquals(JSON.parse(refused.stdout).peers[0].error, "untrusted_certificate");
});

Deno.test("one memory is called one, and two peers of one name are told apart", async () => {
  await using alice = await SyncHome.named("alice");
  await using carol = await SyncHome.named("carol");
  await using bob = await SyncHome.named("bob");
  await using _alices = await alice.serve();
  await using _carols = await carol.serve();
  await pairHomes(alice, bob);
  await pairHomes(carol, bob);
  await bob.text("remember", "the only one");
  await bob.syncOnce();
  await bob.text("sync", "peers", "rename", "carol", "alice");
  const ids = (await bob.json<{ peer_device_id: string }[]>("sync", "peers", "list"))
    .map(({ peer_device_id: id }) => id.slice(0, 8));
  for (const command of ["status", "attempts", "once", "verify"]) {
    const text = await bob.text("sync", command);
    for (const id of ids) assertStringIncludes(text, `alice (${id})`, command);
  }
  assertStringIncludes(await bob.text("sync", "verify"), "identical (1 memory, 0 deleted)");
});

function assertHolds(value: Json, keys: readonly string[]): void {
  const missing = keys.filter((key) => value[key] === undefined);
  assert(missing.length === 0, `missing: ${missing}`);
}
