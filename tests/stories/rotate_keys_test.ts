import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { pause } from "../../lib/time/pause.ts";
import { eventually } from "../support/eventually.ts";
import { cloneHome, restoreByHand } from "../support/devices/cloned_home.ts";
import { killingSecretTool } from "../support/system/killing_stub.ts";
import { withKeyring } from "../support/devices/key_home.ts";
import { Keyring } from "../support/system/keyring.ts";
import { StubProgram } from "../support/system/stub_program.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface Status {
  readonly device_id: string;
  readonly fingerprint: string;
  readonly rotated_at: string | null;
  readonly peers: readonly {
    readonly fingerprint: string;
    readonly state: string;
    readonly rotated_at: string | null;
    readonly key_forked_at: string | null;
  }[];
}

interface Rotated {
  readonly sequence: number;
  readonly fingerprint: string;
  readonly previous_fingerprint: string;
}

const statusOf = (home: SyncHome) => home.json<Status>("sync", "status");
const rotate = (home: SyncHome) => home.json<Rotated>("sync", "rotate-keys");

Deno.test("a key is rotated by one command, and the other device follows by its own call", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const before = await statusOf(bob);
  assertEquals(before.rotated_at, null);
  const rotated = await rotate(bob);
  assertEquals([rotated.sequence, rotated.previous_fingerprint], [1, before.fingerprint]);
  const after = await statusOf(bob);
  assertEquals(after.fingerprint, rotated.fingerprint);
  assertNotEquals(after.rotated_at, null);
  const publicFile = await Deno.readTextFile(bob.path("keys/device.key.pub"));
  assertStringIncludes(publicFile, `codemem ${after.device_id}`);
  await bob.text("remember", "after the rotation");
  await bob.syncOnce();
  const [peer] = (await statusOf(alice)).peers;
  assertEquals(peer!.fingerprint, rotated.fingerprint);
  assertMatch(await alice.text("sync", "status"), /^peer +bob: .*key rotated/m);
  assertStringIncludes(await alice.text("recent"), "after the rotation");
});

Deno.test("an invitation of before a rotation is refused, and a new one is asked for", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serve = await alice.serve();
  const { payload } = await alice.invite();
  await serve.stop();
  await rotate(alice);
  await using _again = await alice.serve();
  const { stderr } = await bob.accept(payload);
  assertStringIncludes(stderr, "Run `codemem sync pair` on alice for a new invitation");
  await pairHomes(alice, bob);
});

Deno.test("a serve that runs takes its new key up, and goes on with a serve at the other end", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _alice = await alice.serve();
  await pairHomes(alice, bob);
  await using _bob = await bob.serve();
  const { fingerprint } = await rotate(alice);
  const isFollowed = async () => (await statusOf(bob)).peers[0]!.fingerprint === fingerprint;
  await eventually("bob follows", isFollowed);
  for (const [from, to] of [[alice, bob], [bob, alice]] as const) {
    await from.text("remember", `a word from ${from.name}`);
    const arrived = async () => (await to.text("recent")).includes(`a word from ${from.name}`);
    await eventually(`it arrives from ${from.name}`, arrived);
  }
});

Deno.test("a device that was away for several rotations of both follows them all at once", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  {
    await using _serve = await alice.serve();
    await pairHomes(alice, bob);
  }
  for (let count = 0; count < 3; count++) await rotate(alice);
  for (let count = 0; count < 2; count++) await rotate(bob);
  await using _serve = await alice.serve();
  await bob.text("remember", "long ago");
  await bob.syncOnce();
  assertStringIncludes(await alice.text("recent"), "long ago");
  const [seenByAlice] = (await statusOf(alice)).peers;
  assertEquals(seenByAlice!.fingerprint, (await statusOf(bob)).fingerprint);
});

Deno.test("two devices that each give the same key a successor: the second is refused, loudly", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await bob.serve();
  await pairHomes(bob, alice);
  await using thief = await cloneHome(alice, "thief");
  const { fingerprint } = await rotate(alice);
  await alice.syncOnce();
  await rotate(thief);
  const { code, stderr } = await thief.run(["sync", "once"]);
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, "Two keys claim to follow the same key of alice");
  const [peer] = (await statusOf(bob)).peers;
  assertEquals(peer!.fingerprint, fingerprint);
  assertNotEquals(peer!.key_forked_at, null);
  assertMatch(await bob.text("sync", "status"), /^peer +alice: .*TWO KEYS CLAIM TO BE alice'S/m);
  const hasFault = async () => (await bob.facts())!.fault !== null;
  await eventually("serve tells of the fault", hasFault);
  assertMatch(await bob.text("sync", "status"), /^fault +Two keys claim/m);
  await alice.text("remember", "alice goes on");
  await alice.syncOnce();
  // Pairing anew is the person's word, and ends the alarm.
  await bob.text("sync", "peers", "remove", "alice");
  await pairHomes(bob, alice);
  assertEquals((await statusOf(bob)).peers[0]!.key_forked_at, null);
});

Deno.test("a key that is in other hands is not rotated but given up", async () => {
  await using home = await SyncHome.named("home");
  const before = await statusOf(home);
  const unsure = await home.run(["sync", "rotate-keys", "--compromised"]);
  assertEquals(unsure.code, 2);
  assertStringIncludes(unsure.stderr, "--compromised --yes");
  assertEquals(await statusOf(home), before);
  const { code, stderr } = await home.run(["sync", "rotate-keys", "--compromised", "--yes"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, "codemem sync peers remove");
  assertNotEquals((await statusOf(home)).device_id, before.device_id);
});

Deno.test("a device that was never paired is not told of devices that follow", async () => {
  await using home = await SyncHome.named("home");
  assertEquals((await home.run(["sync", "rotate-keys"])).stderr, "");
});

Deno.test("who rotates is told when the paired devices follow, and what that takes", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const told = async (home: SyncHome) => (await home.run(["sync", "rotate-keys"])).stderr;
  assertEquals(
    await told(alice),
    "The paired devices follow by themselves, each at its next contact\n",
  );
  assertEquals(
    await told(bob),
    "The paired devices follow at their next contact: `codemem sync once`, or `sync start`\n",
  );
});

Deno.test("a device without a key has nothing to rotate", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  const before = await statusOf(home);
  for (const words of [[], ["--compromised"], ["--compromised", "--yes"]]) {
    const { code, stderr } = await home.run(["sync", "rotate-keys", ...words]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "This device has no key yet");
    assertStringIncludes(stderr, "codemem sync enable");
  }
  assertEquals(await statusOf(home), before);
});

/** After a rotation that was broken off: one key, nothing left over, and the peers follow. */
async function assertWhole(home: SyncHome, peer: SyncHome): Promise<void> {
  await home.text("sync", "enable");
  const { fingerprint } = await statusOf(home);
  await home.syncOnce();
  assertEquals((await statusOf(peer)).peers[0]!.fingerprint, fingerprint);
  const names = (await Array.fromAsync(Deno.readDir(home.path("keys")))).map(({ name }) => name);
  assertEquals(names.includes("device.key.next"), false);
}

Deno.test("a rotation that is killed at any moment leaves a device with one key", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await bob.serve();
  await pairHomes(bob, alice);
  // How long one takes that is not killed: the shortest so far, since a busy machine slows some.
  let lastsMs = Infinity;
  const ended = (startedMs: number) => {
    lastsMs = Math.min(lastsMs, performance.now() - startedMs);
  };
  const firstMs = performance.now();
  await rotate(alice);
  ended(firstMs);
  const ends = { killed: 0, done: 0 };
  for (let round = 1; round <= 12; round++) {
    await using rotating = await alice.start(["sync", "rotate-keys"], /^/);
    const startedMs = performance.now();
    const moment = pause(lastsMs * (0.5 + round / 24));
    await Promise.race([moment, rotating.ended.then(() => ended(startedMs))]);
    const { signal } = await rotating.stop("SIGKILL");
    ends[signal === "SIGKILL" ? "killed" : "done"]++;
    await assertWhole(alice, bob);
  }
  assert(ends.killed > 0, JSON.stringify(ends));
});

/** The rotation that is broken off with the next key kept, and nothing or all of it noted. */
for (const isNoted of [false, true]) {
  const name = isNoted ? "noted is finished" : "kept and not noted is undone";
  Deno.test(`a next key that was ${name}`, async () => {
    await using alice = await SyncHome.named("alice");
    await using bob = await SyncHome.named("bob");
    await using _serve = await bob.serve();
    await pairHomes(bob, alice);
    const keyPath = alice.path("keys/device.key");
    const key = await Deno.readTextFile(keyPath);
    const publicKey = await Deno.readTextFile(`${keyPath}.pub`);
    alice.sql(`VACUUM INTO '${alice.path("before.db")}'`);
    const { fingerprint } = await rotate(alice);
    const next = await Deno.readTextFile(keyPath);
    if (!isNoted) await restoreByHand(alice, alice.path("before.db"));
    alice.sql(`UPDATE sync_device SET key_task = '{"kind":"rotate"}'`);
    await Deno.writeTextFile(`${keyPath}.next`, next, { mode: 0o600 });
    await Deno.writeTextFile(keyPath, key);
    await Deno.writeTextFile(`${keyPath}.pub`, publicKey);
    await assertWhole(alice, bob);
    const status = await statusOf(alice);
    assertEquals(status.fingerprint === fingerprint, isNoted);
    assertEquals(status.rotated_at !== null, isNoted);
  });
}

Deno.test(
  withKeyring("a rotation whose clean-up fails is told as what it is: done, by its new key"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", { env: keyring.env });
    const { device_id: id } = await statusOf(home);
    const real = '/usr/bin/secret-tool "$@" < "$dir/stdin"';
    await using passing = await StubProgram.make("secret-tool", real);
    const counted = await home.run(["sync", "rotate-keys"], { env: { PATH: passing.path } });
    assertEquals(counted.code, 0, counted.stderr);
    const { length: calls } = await passing.calls();
    const before = await statusOf(home);
    // The last thing to be done is to remove the next key, which is the present one by then.
    await using failing = await StubProgram.make(
      "secret-tool",
      `[ "$calls" -ge ${calls} ] && { echo "no answer" >&2; exit 1; }\n${real}`,
    );
    const { code, stdout } = await home.run(["sync", "rotate-keys", "--json"], {
      env: { PATH: failing.path },
    });
    const after = await statusOf(home);
    assertNotEquals(after.fingerprint, before.fingerprint);
    assertEquals([code, (JSON.parse(stdout) as Rotated).fingerprint], [0, after.fingerprint]);
    await home.text("sync", "enable");
    assertEquals(await keyring.secret(`${id}.next`), undefined);
  },
);

for (const call of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
  const when = call % 2 === 0 ? "before" : "after";
  Deno.test(
    withKeyring(`a rotation in the keyring that is killed ${when} call ${call} leaves one key`),
    async () => {
      await using keyring = await Keyring.start();
      await using alice = await SyncHome.named("alice", { env: keyring.env });
      await using bob = await SyncHome.named("bob");
      await using _serve = await bob.serve();
      await pairHomes(bob, alice);
      const { device_id: id } = await statusOf(alice);
      await using stub = await StubProgram.make("secret-tool", killingSecretTool(call, when));
      const killed = await alice.run(["sync", "rotate-keys"], { env: { PATH: stub.path } });
      assertEquals([137, 0].includes(killed.code), true, killed.stderr);
      assertEquals(killed.code === 0, (await stub.calls()).length < call, "it was not killed");
      await assertWhole(alice, bob);
      assertEquals((await keyring.secret(id))?.length, 64);
      assertEquals(await keyring.secret(`${id}.next`), undefined);
    },
  );
}
