import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pause } from "../../lib/time/pause.ts";
import { exists } from "../support/system/exists.ts";
import { Home } from "../support/devices/home.ts";
import { importSample } from "../support/devices/interrupted_sync.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface RestoredJson {
  readonly live: number;
  readonly digest: string;
  readonly kept_as: string | null;
}

interface StatusJson {
  readonly daemon: { readonly state: string };
}

const MEMORIES = 3_000;

Deno.test("what was backed up while the device runs comes back, and goes on syncing", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _alice = await alice.serve();
  await pairHomes(alice, bob);
  await using serving = await bob.serve();
  await bob.text("remember", "before the backup");
  const { id } = await bob.json<{ id: string }>("remember", "forgotten after the backup");
  assertStringIncludes(await bob.text("backup", "backup.db"), "Backed up 2 memories");
  assertEquals(await mode(bob, "backup.db"), 0o600);
  const again = await bob.run(["backup", "backup.db"]);
  assertEquals(again.code, 2);
  assertStringIncludes(again.stderr, "--force");
  await bob.text("backup", "backup.db", "--force");
  await bob.text("remember", "after the backup");
  await bob.text("forget", id);
  await bob.syncOnce();

  const running = await bob.run(["restore", "backup.db"]);
  assertEquals(running.code, 1);
  assertStringIncludes(running.stderr, "hint: Run `codemem sync stop` first, or give --stop");
  const restored = await bob.json<RestoredJson>("restore", "backup.db", "--stop");
  assertEquals(restored.live, 2);
  await serving.ended;
  assertStringIncludes(await bob.text("recent"), "forgotten after the backup");
  assertEquals(await mode(bob, restored.kept_as!), 0o600);

  // What was shared since then comes back by itself: nothing is merged wrongly, and nobody is refused.
  await bob.syncOnce();
  const found = await bob.text("recent");
  assertStringIncludes(found, "after the backup");
  assert(!found.includes("forgotten"), "a delete stays one");
  assertEquals((await bob.json<{ equal: boolean }>("sync", "verify")).equal, true);
});

Deno.test("a device is not ended for a backup that cannot be restored", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using serving = await bob.serve();
  await alice.text("backup", "backup.db");
  await Deno.copyFile(alice.path("backup.db"), bob.path("foreign.db"));
  await bob.text("backup", "cut.db");
  await Deno.truncate(bob.path("cut.db"), 20_000);
  await Deno.writeTextFile(bob.path("text.db"), "no database");
  for (const name of ["foreign.db", "cut.db", "text.db", "missing.db"]) {
    const { code, stderr } = await bob.run(["restore", name, "--stop"]);
    assert(code !== 0, name);
    assertMatch(stderr, /^codemem: Cannot restore .*\nhint: .*\n$/);
    assertEquals((await bob.json<StatusJson>("sync", "status")).daemon.state, "running", name);
  }
  assertEquals(await exists(bob.path("codemem.db.restoring")), false);
  await serving.stop();
});

Deno.test("a backup that is restored where the key is not says what makes the device work again", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using machine = await SyncHome.named("machine", { enable: false });
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "in the backup");
  await bob.text("backup", "backup.db");
  await Deno.copyFile(bob.path("backup.db"), machine.path("backup.db"));
  const { stderr } = await machine.run(["restore", "backup.db"]);
  const command = "codemem sync identity new --yes";
  assertStringIncludes(stderr, `\`${command}\``);
  await machine.shell(command);
  await machine.text("sync", "enable");
  await pairHomes(alice, machine);
  await machine.syncOnce();
  assertStringIncludes(await alice.text("recent"), "in the backup");
});

Deno.test("a device whose database is lost comes back from its backup as itself", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "in the backup");
  await bob.syncOnce();
  await bob.text("backup", "backup.db");
  await bob.text("remember", "lost with the database");
  await bob.syncOnce();
  await Deno.remove(bob.path("codemem.db"));
  const publicPath = bob.path("keys/device.key.pub");
  const publicKey = await Deno.readTextFile(publicPath);
  await Deno.remove(publicPath);
  await Deno.mkdir(publicPath);
  const unsure = await bob.run(["restore", "backup.db", "--json"]);
  assertStringIncludes(unsure.stderr, '"error":"key_damaged"');
  await Deno.remove(publicPath);
  await Deno.writeTextFile(publicPath, publicKey);
  await bob.text("remember", "by an agent that did not know");
  const { stderr } = await bob.run(["restore", "backup.db"]);
  assertStringIncludes(stderr, "codemem sync peers list");
  await bob.shell(/To add what that holds \(1 memory\), run `([^`]+)`/.exec(stderr)![1]!);
  await bob.text("remember", "after the restore");
  await bob.syncOnce();
  for (const home of [alice, bob]) {
    const found = await home.text("recent");
    for (const text of ["in the backup", "lost with", "did not know", "after the restore"]) {
      assertStringIncludes(found, text);
    }
  }
});

for (const caller of ["alice", "bob"] as const) {
  const name = `a key that was rotated since the backup is followed again when ${caller} calls`;
  Deno.test(name, async () => {
    await using alice = await SyncHome.named("alice");
    await using bob = await SyncHome.named("bob");
    const meet = async () => {
      await using _serve = await (caller === "alice" ? bob : alice).serve();
      await (caller === "alice" ? alice : bob).syncOnce();
    };
    {
      await using _serve = await alice.serve();
      await pairHomes(alice, bob);
    }
    await bob.text("backup", "backup.db");
    const before = await keyOfPeer(bob);
    await alice.text("sync", "rotate-keys");
    await meet();
    const after = await keyOfPeer(bob);
    await Deno.remove(bob.path("codemem.db"));
    const { stderr } = await bob.run(["restore", "backup.db"]);
    assertStringIncludes(stderr, "the keys of alice are those of the backup");
    assertMatch(stderr, /trusted here until its device has been in touch\nhint: .*sync once/);
    assertEquals(await keyOfPeer(bob), before);
    await meet();
    assertEquals(await keyOfPeer(bob), after);
  });
}

async function keyOfPeer(home: SyncHome): Promise<string> {
  type Status = { readonly peers: readonly { readonly fingerprint: string }[] };
  return (await home.json<Status>("sync", "status")).peers[0]!.fingerprint;
}

Deno.test("where the database is gone and the key is not, nobody becomes another device unasked", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "in the backup");
  await bob.text("backup", "backup.db");
  await bob.text("sync", "rotate-keys");
  await bob.syncOnce();
  await Deno.remove(bob.path("codemem.db"));
  for (const words of [["start"], ["enable"], ["pair"], ["once"], ["doctor"]]) {
    const { code, stdout, stderr } = await bob.run(["sync", ...words]);
    assertEquals(code, 1, words.join(" "));
    assertStringIncludes(stdout + stderr, "whose database is gone");
    assertStringIncludes(stdout + stderr, "`codemem restore FILE`");
  }
  const { stderr } = await bob.run(["restore", "backup.db"]);
  for (const [, command] of stderr.matchAll(/`(codemem [^`]+)`/g)) {
    assertEquals((await bob.shell(command!)).code, 0, command);
  }
  await pairHomes(alice, bob);
  await bob.text("remember", "after");
  assertEquals((await bob.syncOnce()).length, 1);
  assertStringIncludes(await alice.text("recent"), "after");
});

Deno.test("a database that was put back by hand is put right by a backup of it that is restored", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.syncOnce();
  await Deno.copyFile(bob.path("codemem.db"), bob.path("copy.db"));
  await bob.text("remember", "shared");
  await bob.syncOnce();
  await Deno.copyFile(bob.path("copy.db"), bob.path("codemem.db"));
  assertEquals((await bob.run(["sync", "once"])).code, 3);
  await bob.text("backup", "backup.db");
  await bob.text("restore", "backup.db");
  await bob.syncOnce();
  assertStringIncludes(await bob.text("recent"), "shared");
});

Deno.test("a backup that is killed at any time leaves no file of its name that is not whole", async () => {
  await using home = await Home.make();
  await importSample(home, MEMORIES);
  let finished = 0;
  for (let time = 0; time < 5; time++) {
    await using backup = await home.start(["backup", "backup.db"], /^/);
    await appears(home, "backup.db.partial", backup.ended);
    await pause(time * 15);
    await backup.stop("SIGKILL");
    if (!await exists(home.path("backup.db"))) continue;
    finished++;
    assertEquals((await home.json<RestoredJson>("restore", "backup.db")).live, MEMORIES);
    await Deno.remove(home.path("backup.db"));
  }
  assert(finished < 5, "none was killed in the middle");
  await home.text("backup", "backup.db");
  assertEquals(await exists(home.path("backup.db.partial")), false, "what was left behind is gone");
});

Deno.test("a restore that is killed at any time leaves the old database or the new one, whole", async () => {
  await using home = await Home.make();
  await importSample(home, MEMORIES);
  await home.text("backup", "backup.db");
  const inBackup = await digest(home);
  for (const database of ["present", "missing"] as const) {
    const seen = new Set<string>();
    for (let time = 0; time < 5; time++) {
      const before = database === "present" ? await change(home, time) : "none";
      if (database === "missing") await Deno.remove(home.path("codemem.db"));
      await using restore = await home.start(["restore", "backup.db"], /^/);
      await appears(home, "codemem.db.restoring", restore.ended);
      await pause(time * 60);
      await restore.stop("SIGKILL");
      const after = await exists(home.path("codemem.db")) ? await digest(home) : "none";
      assert(after === before || after === inBackup, `${database}, ${time}: ${after}`);
      seen.add(after === inBackup ? "new" : "old");
      if (database === "missing" && after === "none") await home.text("restore", "backup.db");
    }
    assert(seen.has("old"), "none was killed in the middle");
  }
  await change(home, 9);
  await home.text("restore", "backup.db");
  assertEquals(await digest(home), inBackup);
  assertEquals(
    await exists(home.path("codemem.db.restoring")),
    false,
    "what was left behind is gone",
  );
});

/** Changes something, and returns the digest after it. */
async function change(home: Home, time: number): Promise<string> {
  await home.text("remember", `change ${time}`);
  return await digest(home);
}

/** The digest of a database that is whole, counted anew. */
async function digest(home: Home): Promise<string> {
  const check = await home.json<{ digest: string }>("backup", "check.db", "--force");
  return check.digest;
}

async function mode(home: Home, name: string): Promise<number> {
  return (await Deno.stat(name.startsWith("/") ? name : home.path(name))).mode! & 0o777;
}

/** Waits until the file is there, or the command has ended. */
async function appears(home: Home, name: string, ended: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void ended.then(() => hasEnded = true);
  while (!hasEnded && !await exists(home.path(name))) await pause(1);
}

Deno.test("a file for a folder that others can write to is written, and the danger is told", async () => {
  await using home = await Home.make();
  await home.text("remember", "zebra");
  await Deno.mkdir(home.path("shared"));
  for (const words of [["backup"], ["sync", "doctor", "--bundle"]]) {
    await Deno.chmod(home.path("shared"), 0o777);
    const exposed = await home.run([...words, `shared/${words[0]}`]);
    const warning = `others can write to ${home.path("shared")}: `;
    assertStringIncludes(exposed.stderr, warning);
    assertEquals(await mode(home, `shared/${words[0]}`), 0o600);
    await Deno.chmod(home.path("shared"), 0o700);
    const safe = await home.run([...words, `shared/${words[0]}-2`]);
    assert(!safe.stderr.includes("others can write"), safe.stderr);
  }
});
