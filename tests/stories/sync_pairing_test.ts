import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface Verified {
  readonly equal: boolean;
  readonly own: { readonly digest: string };
}

Deno.test("one pasted command pairs two devices, and one pass makes them the same", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serveAlice = await alice.serve();
  await using _serveBob = await bob.serve();

  const line = await alice.text("sync", "pair");
  assertMatch(line, /^codemem sync pair --accept 'cm1\.[A-Za-z0-9_-]+'\n$/);
  const accepted = await bob.shell(line);
  assertEquals(accepted.code, 0, accepted.stderr);
  assertMatch(accepted.stdout, /^Paired with alice\nfingerprint {2}([0-9a-f]{4} ?){16}\n$/);

  const secret = ["Xylophone", "Quagmire", "zeitgeisttag"];
  const { id } = await alice.json<{ id: string }>(
    ...["remember", `The ${secret[1]} is deep`, "--title", `${secret[0]} tuning`],
    ...["--tag", secret[2]!],
  );
  await bob.text("remember", "walrus tusks grow");
  await bob.syncOnce();
  const ours = await alice.json<Verified>("sync", "verify");
  const theirs = await bob.json<Verified>("sync", "verify");
  assertEquals([ours.equal, theirs.equal], [true, true]);
  assertEquals(ours.own.digest, theirs.own.digest);
  assertStringIncludes(await bob.text("search", "xylophone"), "Xylophone tuning");
  assertStringIncludes(await alice.text("search", "walrus"), "walrus tusks grow");

  await bob.text("forget", id);
  await bob.syncOnce();
  const gone = await alice.json<{ deleted_at: string | null; title: string }>("show", id);
  assert(gone.deleted_at !== null && gone.title === "", JSON.stringify(gone));
  assertEquals((await alice.json<unknown[]>("search", "xylophone")).length, 0);
  for (const home of [alice, bob]) assertEquals(await traces(home, secret), []);
  assertEquals((await alice.json<Verified>("sync", "verify")).equal, true);
});

Deno.test("without a serve the inviter answers by itself until it is accepted", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using inviting = await alice.start(["sync", "pair", "--json"], /\n/);
  const invitation = JSON.parse(inviting.output.split("\n")[0]!);
  assertEquals(Object.keys(invitation), ["payload", "command", "expires_at"]);
  assertEquals(invitation.command, `codemem sync pair --accept '${invitation.payload}'`);
  assert(invitation.payload.length <= 500);
  const minutes = (Date.parse(invitation.expires_at) - Date.now()) / 60_000;
  assert(minutes > 9 && minutes <= 10, `${minutes} minutes`);
  const accepted = await bob.accept(invitation.payload);
  assertEquals(accepted.code, 0, accepted.stderr);
  assertEquals((await inviting.ended).code, 0);
  assertEquals(await peerNames(alice), ["bob"]);
  assertEquals(await peerNames(bob), ["alice"]);
});

Deno.test("an inviter that cannot listen says so", async () => {
  await using alice = await SyncHome.named("alice");
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: alice.port });
  const { code, stdout, stderr } = await alice.run(["sync", "pair"]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "codemem config set sync_port");
});

Deno.test("of several addresses in an invitation one that answers is enough", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dead = ["127.0.0.1:1", `127.0.0.1:${silent.addr.port}`];
  await alice.text("config", "set", "sync_advertise", [...dead, alice.address].join(","));
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const [peer] = await bob.json<Record<string, unknown>[]>("sync", "peers", "list");
  assertEquals(peer!.last_good_address, alice.address);
});

Deno.test("an inviter that is interrupted ends with 130 and its port is free again", async () => {
  await using alice = await SyncHome.named("alice");
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await using inviting = await alice.start(["sync", "pair"], /--accept 'cm1\.[^']*'\n/);
    assertEquals((await inviting.stop(signal)).code, code);
  }
  assertEquals(await peerNames(alice), []);
});

Deno.test("where the inviter cannot be reached one more command finishes the job", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  const { payload } = await alice.invite();
  await serving.stop();
  await alice.text("remember", "from alice");

  const half = await bob.accept(payload);
  assertEquals(half.code, 0, half.stderr);
  assertMatch(half.stdout, /^codemem sync pair --accept 'cm1\.[A-Za-z0-9_-]+'\n$/);
  assertStringIncludes(half.stderr, "could not be reached");
  assertEquals(await peerNames(bob), ["alice"]);
  assertEquals(await peerNames(alice), []);

  await using _serveBob = await bob.serve();
  const finished = await alice.shell(half.stdout);
  assertEquals(finished.code, 0, finished.stderr);
  assertStringIncludes(finished.stdout, "Paired with bob");
  await alice.syncOnce();
  assertStringIncludes(await bob.text("recent"), "from alice");
});

Deno.test("the second command works although neither device reaches the other yet", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  const { payload } = await alice.invite();
  await serving.stop();
  const half = JSON.parse((await bob.accept(payload, "--json")).stdout);
  assertEquals([half.outcome, half.name], ["half", "alice"]);
  const finished = await alice.accept(half.payload, "--json");
  assertEquals(finished.code, 0, finished.stderr);
  assertEquals(JSON.parse(finished.stdout).outcome, "paired");
  await using _serveAlice = await alice.serve();
  await bob.text("remember", "from bob");
  await bob.syncOnce();
  assertStringIncludes(await alice.text("recent"), "from bob");
});

Deno.test("pairing again changes nothing", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serveAlice = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("sync", "peers", "rename", "alice", "desk");
  await pairHomes(alice, bob);
  assertEquals(await peerNames(bob), ["desk"]);
  assertEquals(await peerNames(alice), ["bob"]);
  await bob.syncOnce();
});

async function peerNames(home: SyncHome): Promise<string[]> {
  const peers = await home.json<{ name: string }[]>("sync", "peers", "list");
  return peers.map(({ name }) => name);
}

/** Where any of the words stands in what a device keeps, as `file: word`. */
async function traces(home: SyncHome, words: readonly string[]): Promise<string[]> {
  const files = ["codemem.db", "codemem.db-wal", "codemem.db-shm"].map((name) => home.path(name));
  for await (const { name } of Deno.readDir(home.path("logs"))) {
    files.push(home.path(`logs/${name}`));
  }
  const found: string[] = [];
  for (const file of files) {
    const text = new TextDecoder("latin1").decode(await Deno.readFile(file)).toLowerCase();
    for (const word of words) {
      if (text.includes(word.toLowerCase())) found.push(`${file}: ${word}`);
    }
  }
  return found;
}
