import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isLocked } from "../../lib/daemon/lock.ts";
import { eventually } from "../support/eventually.ts";
import { holdDatabase } from "../support/system/hold_database.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly device_id: string;
  readonly daemon: { readonly state: string; readonly pid: number };
  readonly listeners: readonly { readonly listening: boolean }[];
}

/** Every command that speaks for this device. */
const COMMANDS = [
  ["sync", "enable"],
  ["sync", "pair"],
  ["sync", "pair", "--accept", "cm1.x"],
  ["sync", "once"],
  ["sync", "verify"],
  ["serve"],
] as const;

type Damage = (home: SyncHome) => Promise<void>;

const DAMAGES: Readonly<Record<string, { readonly damage: Damage; readonly code: string }>> = {
  "cut off": {
    code: "key_damaged",
    damage: async (home) => await Deno.truncate(keyPath(home), 60),
  },
  "empty": {
    code: "key_damaged",
    damage: async (home) => await Deno.truncate(keyPath(home), 0),
  },
  "not a key": {
    code: "key_damaged",
    damage: async (home) => await Deno.writeTextFile(keyPath(home), "\u0000\uffff no key here"),
  },
  "another device's": {
    code: "key_damaged",
    damage: async (home) => {
      await using other = await SyncHome.named("other");
      await Deno.copyFile(keyPath(other), keyPath(home));
      await Deno.copyFile(`${keyPath(other)}.pub`, `${keyPath(home)}.pub`);
    },
  },
  "missing": {
    code: "key_missing",
    damage: async (home) => await Deno.remove(keyPath(home)),
  },
  "missing with its folder": {
    code: "key_missing",
    damage: async (home) => await Deno.remove(home.path("keys"), { recursive: true }),
  },
  "readable for others": {
    code: "key_exposed",
    damage: async (home) => await Deno.chmod(keyPath(home), 0o644),
  },
};

for (const [name, { damage, code }] of Object.entries(DAMAGES)) {
  Deno.test(`a key that is ${name} stops sync, and nothing is changed`, async () => {
    await using home = await SyncHome.named("home");
    await home.text("remember", "still here");
    await damage(home);
    const before = await keyFiles(home);
    for (const command of COMMANDS) {
      const refused = await home.run([...command, "--json"]);
      assertEquals(refused.code, 1, `${command}: ${refused.stderr}`);
      const error = JSON.parse(refused.stderr.trim().split("\n").at(-1)!);
      assertEquals(error.error, code, command.join(" "));
      assertStringIncludes(error.hint, "codemem sync identity new");
      assertEquals(refused.stdout, "");
    }
    assertEquals(await keyFiles(home), before);
    assertStringIncludes(await home.text("recent"), "still here");
    assertEquals((await home.run(["sync", "status"])).code, 0);
    await home.text("sync", "identity", "new", "--yes");
    await home.text("sync", "enable");
  });
}

Deno.test("a new identity keeps the memories and has to be paired anew", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.text("remember", "before");
  await bob.syncOnce();
  await Deno.truncate(keyPath(bob), 60);

  const unsure = await bob.run(["sync", "identity", "new"]);
  assertEquals(unsure.code, 2);
  assertStringIncludes(unsure.stderr, "--yes");
  const before = await bob.json<{ device_id: string }>("sync", "status");
  const after = await bob.json<{ device_id: string }>("sync", "identity", "new", "--yes");
  assert(after.device_id !== before.device_id);
  const kept = Object.keys(await keyFiles(bob)).filter((name) => name.startsWith("device.key."));
  assertEquals(kept.length, 3, kept.join());

  assertEquals(await bob.json("sync", "peers", "list"), []);
  await pairHomes(alice, bob);
  await bob.text("remember", "after");
  await bob.syncOnce();
  const found = await alice.text("recent");
  for (const word of ["before", "after"]) assertStringIncludes(found, word);
});

Deno.test("a new identity that is killed before it is noted leaves the device as it was", async () => {
  await using home = await SyncHome.named("home");
  const before = await keyFiles(home);
  const { device_id } = await home.json<StatusJson>("sync", "status");
  {
    await using _holder = await holdDatabase(home.path("codemem.db"));
    await using renewal = await home.start(["sync", "identity", "new", "--yes"], /^/);
    await eventually("it is at the key", () => isLocked(home.path("keys/.lock")));
    await renewal.stop("SIGKILL");
  }
  await home.text("sync", "enable");
  // A file that only reserved room may be left: the next command that locks the key removes it.
  await home.text("sync", "move-key", "file");
  assertEquals(await keyFiles(home), before);
  assertEquals((await home.json<StatusJson>("sync", "status")).device_id, device_id);
});

for (const words of [["identity", "new"], ["rotate-keys", "--compromised"]]) {
  const name = `a serve that runs in a terminal takes up what sync ${words.join(" ")} has made`;
  Deno.test(name, async () => {
    await using alice = await SyncHome.named("alice");
    await using bob = await SyncHome.named("bob");
    await using serving = await bob.serve();
    await pairHomes(bob, alice);
    const before = await bob.json<StatusJson>("sync", "status");
    const renewed = await bob.run(["sync", ...words, "--yes"]);
    assertEquals(renewed.code, 0, renewed.stderr);
    const goesOn = `codemem serve goes on with the new identity, pid ${before.daemon.pid}\n`;
    assertStringIncludes(renewed.stderr, goesOn);
    const after = await bob.json<StatusJson>("sync", "status");
    assert(after.device_id !== before.device_id);
    assertEquals(after.daemon, { ...after.daemon, state: "running", pid: before.daemon.pid });
    assertEquals(after.listeners.map(({ listening }) => listening), [true]);
    assertEquals((await alice.run(["sync", "once"])).code, 3, "it is no longer the old one");
    await alice.text("sync", "peers", "remove", before.device_id);
    await pairHomes(bob, alice);
    await bob.text("remember", "as the new one");
    await alice.syncOnce();
    assertStringIncludes(await alice.text("recent"), "as the new one");
    await serving.stop();
  });
}

Deno.test("a serve whose keychain is gone takes up a new identity as well", async () => {
  await using home = await SyncHome.named("home");
  home.sql("UPDATE sync_device SET key_store = 'keychain'");
  await Deno.remove(keyPath(home));
  await using _serving = await home.start(["serve"], /Viewer|viewer/);
  const before = await home.json<StatusJson>("sync", "status");
  assertEquals(before.listeners.map(({ listening }) => listening), [false]);
  const { stderr } = await home.run(["sync", "identity", "new", "--yes"]);
  assertStringIncludes(stderr, `goes on with the new identity, pid ${before.daemon.pid}`);
  const after = await home.json<StatusJson>("sync", "status");
  assertEquals(after.listeners.map(({ listening }) => listening), [true]);
});

Deno.test("a serve that runs goes on where no new identity can be made", async () => {
  await using home = await SyncHome.named("home");
  await home.text("sync", "start");
  try {
    const before = await home.json<StatusJson>("sync", "status");
    const env = { CODEMEM_SYNC_KEY_STORE: "keychain" };
    const refused = await home.run(["sync", "identity", "new", "--yes", "--json"], { env });
    assertStringIncludes(refused.stderr, '"error":"keychain_unavailable"');
    const after = await home.json<StatusJson>("sync", "status");
    assertEquals([after.device_id, after.daemon.state], [before.device_id, "running"]);
  } finally {
    await home.text("sync", "stop");
  }
});

function keyPath(home: SyncHome): string {
  return home.path("keys/device.key");
}

/** The key files by name, each with its mode and content. */
async function keyFiles(home: SyncHome): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  try {
    for await (const { name } of Deno.readDir(home.path("keys"))) {
      const path = home.path(`keys/${name}`);
      const { mode } = await Deno.stat(path);
      files[name] = `${mode!.toString(8)} ${await Deno.readTextFile(path)}`;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}
