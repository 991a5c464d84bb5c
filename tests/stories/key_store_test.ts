import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { killingSecretTool } from "../support/system/killing_stub.ts";
import { keyFiles, statusOf, withKeyring } from "../support/devices/key_home.ts";
import { Keyring } from "../support/system/keyring.ts";
import { StubProgram } from "../support/system/stub_program.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

Deno.test(
  withKeyring("a key goes to the keyring of the desktop by itself, and sync works"),
  async () => {
    await using keyring = await Keyring.start();
    await using alice = await SyncHome.named("alice", { env: keyring.env });
    await using bob = await SyncHome.named("bob");
    const status = await statusOf(alice);
    assertEquals([status.key_store, status.key_store_note], ["keychain", null]);
    assertEquals(await keyFiles(alice), ["device.key.pub"]);
    assertEquals((await keyring.secret(status.device_id))?.length, 64);
    assertEquals((await statusOf(bob)).key_store, "file");
    await using _serve = await alice.serve();
    await pairHomes(alice, bob);
    await bob.text("remember", "from bob");
    await bob.syncOnce();
    assertStringIncludes(await alice.text("recent"), "from bob");
  },
);

Deno.test(
  withKeyring("without a desktop session the key is in a file, and status says why"),
  async () => {
    await using home = await SyncHome.named("home");
    const { key_store, key_store_note } = await statusOf(home);
    assertEquals([key_store, key_store_note], ["file", "there is no desktop session"]);
    assertMatch(
      await home.text("sync", "status"),
      /^key +in a file, not in a keychain: there is no/m,
    );
  },
);

Deno.test(
  withKeyring("a keychain that was asked for and is not there is an error, and nothing is made"),
  async () => {
    const env = { CODEMEM_SYNC_KEY_STORE: "keychain" };
    await using home = await SyncHome.named("home", { env, enable: false });
    const { code, stderr } = await home.run(["sync", "enable"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "No keyring answers in this session");
    assertStringIncludes(stderr, "codemem config set sync_key_store file");
    assertEquals(await keyFiles(home), []);
    const { fingerprint, key_store } = await statusOf(home);
    assertEquals([fingerprint, key_store], [null, null]);
  },
);

Deno.test(
  withKeyring("where no keyring answers, a key that is in one is said to be moved out of it there"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", { env: keyring.env });
    const env = { DBUS_SESSION_BUS_ADDRESS: "" };
    for (const words of [["sync", "once"], ["sync", "move-key", "file"]]) {
      const { code, stderr } = await home.run(words, { env });
      assertEquals(code, 1);
      assertStringIncludes(stderr, "`codemem sync move-key file` once where the keychain");
      assert(!stderr.includes("config set"), stderr);
    }
    await home.text("sync", "move-key", "file");
    assertEquals((await statusOf(home)).key_store, "file");
  },
);

Deno.test(withKeyring("a keyring that is locked when serve starts is tried again"), async () => {
  await using keyring = await Keyring.start();
  await using home = await SyncHome.named("home", { env: keyring.env });
  await keyring.lock();
  const { code, stderr } = await home.run(["sync", "pair", "--json"]);
  assertEquals([code, JSON.parse(stderr.trim().split("\n").at(-1)!).error], [1, "keychain_locked"]);
  await using _serve = await home.start(["serve"], /Viewer|viewer/);
  assertEquals((await statusOf(home)).last_error, "The keyring is locked");
  assertEquals((await fetch(`${home.viewer}/api/health`)).status, 200);
  await keyring.unlock();
  const isListening = async () => (await home.facts())!.listeners[0]?.listening === true;
  await eventually("sync runs", isListening);
  assertEquals((await statusOf(home)).last_error, null);
});

Deno.test(withKeyring("one command moves the key and moves it back"), async () => {
  await using keyring = await Keyring.start();
  await using home = await SyncHome.named("home", {
    env: { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "file" },
  });
  const { device_id: id, fingerprint } = await statusOf(home);
  assertEquals(await keyring.secret(id), undefined);
  {
    await using _serve = await home.serve();
    const { code, stderr } = await home.run(["sync", "move-key", "keychain"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "codemem sync stop");
    await home.text("sync", "move-key", "keychain", "--stop");
  }
  assertEquals(await keyFiles(home), ["device.key.pub"]);
  assertEquals((await keyring.secret(id))?.length, 64);
  assertStringIncludes(await home.text("sync", "move-key", "keychain"), "there already");
  await home.text("sync", "move-key", "file", "--keep");
  assertEquals(await keyFiles(home), ["device.key", "device.key.pub"]);
  assertEquals((await keyring.secret(id))?.length, 64, "it was to be kept");
  await home.text("sync", "move-key", "keychain");
  await home.text("sync", "move-key", "file");
  assertEquals(await keyring.secret(id), undefined);
  assertEquals((await statusOf(home)).fingerprint, fingerprint);
  await home.text("sync", "enable");
});

Deno.test(withKeyring("a keyring that takes no key leaves it where it was"), async () => {
  await using keyring = await Keyring.start();
  await using home = await SyncHome.named("home");
  await keyring.lock();
  const { code, stderr } = await home.run(["sync", "move-key", "keychain"], { env: keyring.env });
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "The keyring is locked");
  assertEquals(await keyFiles(home), ["device.key", "device.key.pub"]);
  // What a keyring on a busy machine has answered too late is done by whatever speaks for the device next.
  await eventually("nothing is left to do", async () => {
    if ((await statusOf(home)).key_store_left_over === null) return true;
    await home.run(["sync", "enable"], { env: keyring.env });
    return false;
  });
  assertEquals((await statusOf(home)).key_store, "file");
});

for (const to of ["keychain", "file"] as const) {
  for (const call of [1, 2, 3]) {
    for (const when of ["before", "after"] as const) {
      const name = `a move to the ${to} that is killed ${when} call ${call} leaves one identity`;
      Deno.test(withKeyring(name), async () => {
        await using keyring = await Keyring.start();
        await using home = await SyncHome.named("home", {
          env: { ...keyring.env, CODEMEM_SYNC_KEY_STORE: to === "file" ? "keychain" : "file" },
        });
        const { device_id: id, fingerprint } = await statusOf(home);
        await using stub = await StubProgram.make("secret-tool", killingSecretTool(call, when));
        const killed = await home.run(["sync", "move-key", to], { env: { PATH: stub.path } });
        assertEquals(killed.code, 137, killed.stderr);
        const between = await statusOf(home);
        assertEquals(between.fingerprint, fingerprint);
        // Whatever speaks for the device next finishes it or undoes it, once the keyring answers in time.
        await eventually("the move is settled", async () => {
          await home.text("sync", "enable");
          return (await statusOf(home)).key_store_left_over === null;
        });
        const { key_store } = await statusOf(home);
        const copies = { keychain: await keyring.secret(id) !== undefined, file: false };
        copies.file = (await keyFiles(home)).includes("device.key");
        assertEquals(copies, { keychain: key_store === "keychain", file: key_store === "file" });
        await home.text("sync", "move-key", to);
        assertEquals((await statusOf(home)).key_store, to);
      });
    }
  }
}

Deno.test(
  withKeyring("a move that is killed after it was noted, and before the file is gone, is finished"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", {
      env: { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "file" },
    });
    await home.text("sync", "move-key", "keychain", "--keep");
    const task = { kind: "move", from: "file", to: "keychain", keep: false };
    home.sql(`UPDATE sync_device SET key_task = '${JSON.stringify(task)}'`);
    assertEquals((await statusOf(home)).key_store_left_over, "file");
    await home.text("sync", "enable");
    assertEquals(await keyFiles(home), ["device.key.pub"]);
    assertEquals((await statusOf(home)).key_store_left_over, null);
  },
);

Deno.test(
  withKeyring("a record from a backup that tells of a move which is long over costs no key"),
  async () => {
    await using keyring = await Keyring.start();
    for (const [now, from] of [["keychain", "keychain"], ["file", "file"]] as const) {
      const env = { ...keyring.env, CODEMEM_SYNC_KEY_STORE: now };
      await using home = await SyncHome.named("home", { env });
      const { device_id: id } = await statusOf(home);
      const to = now === "file" ? "keychain" : "file";
      const task = JSON.stringify({ kind: "move", from, to, keep: false });
      home.sql(`UPDATE sync_device SET key_store = '${to}', key_task = '${task}'`);
      await home.text("sync", "enable");
      const status = await statusOf(home);
      assertEquals([status.key_store, status.key_store_left_over], [now, null]);
      assertEquals(await keyring.secret(id) !== undefined, now === "keychain");
      assertEquals((await keyFiles(home)).includes("device.key"), now === "file");
    }
  },
);

Deno.test(withKeyring("no argument and no variable of any child holds the key"), async () => {
  await using keyring = await Keyring.start();
  await using stub = await StubProgram.make(
    "secret-tool",
    `exec /usr/bin/secret-tool "$@" < "$dir/stdin"`,
  );
  const env = { ...keyring.env, PATH: stub.path };
  await using home = await SyncHome.named("home", { env });
  const secret = (await keyring.secret((await statusOf(home)).device_id))!;
  await home.text("sync", "move-key", "file");
  const pem = (await Deno.readTextFile(home.path("keys/device.key"))).split("\n")[1]!;
  assertEquals(pem, secret);
  await home.text("sync", "move-key", "keychain");
  const calls = await stub.calls();
  assertEquals(calls.filter(({ stdin }) => stdin === secret).length, 2);
  for (const { words, environment } of calls) {
    for (const part of [secret.slice(-40, -8), keyHex(secret)]) {
      assertEquals(`${words}${environment}`.includes(part), false);
    }
  }
});

Deno.test("a keychain that never answers costs a moment, and the key is in a file", async () => {
  await using stub = await StubProgram.make("secret-tool", "exec sleep 1000");
  const env = { PATH: stub.path, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
  await using home = await SyncHome.named("home", { env });
  const { key_store, key_store_note } = await statusOf(home);
  assertEquals(key_store, "file");
  assertStringIncludes(key_store_note!, "has not answered within 2.9 s");
  await home.text("sync", "enable");
  assertEquals((await stub.calls()).length, 1, "it was asked again");

  const wanting = { ...env, CODEMEM_SYNC_KEY_STORE: "keychain" };
  await using other = await SyncHome.named("other", { env: wanting, enable: false });
  const { code, stderr } = await other.run(["sync", "enable", "--json"]);
  const { error } = JSON.parse(stderr.trim().split("\n").at(-1)!);
  assertEquals([code, error], [1, "keychain_timed_out"]);
  assertEquals(await keyFiles(other), []);
});

for (
  const [what, script, asked, isLeft] of [
    ["never answers", "exec sleep 1000", ["search"], false],
    [
      "does not take it",
      `[ "$1" = search ] && exit 1; exec sleep 1000`,
      ["search", "store"],
      true,
    ],
  ] as const
) {
  Deno.test(`moving the key to a keychain that ${what} is given up after one wait`, async () => {
    await using stub = await StubProgram.make("secret-tool", script);
    await using home = await SyncHome.named("home");
    const env = { PATH: stub.path, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
    const { code, stderr } = await home.run(["sync", "move-key", "keychain", "--json"], { env });
    const { error, hint } = JSON.parse(stderr.trim().split("\n").at(-1)!);
    assertEquals([code, error], [1, "keychain_timed_out"]);
    assertStringIncludes(hint, "run this again");
    const calls = (await stub.calls()).map(({ words }) => words.split(" ")[0]);
    assertEquals(calls, [...asked]);
    const { key_store, key_store_left_over: leftOver } = await statusOf(home);
    assertEquals([key_store, leftOver !== null], ["file", isLeft]);
  });
}

/** The last bytes of a secret, as hex: the key itself. */
function keyHex(secret: string): string {
  return Uint8Array.fromBase64(secret).toHex().slice(-64);
}

Deno.test("a device is not ended for a keychain that cannot take its key", async () => {
  await using home = await SyncHome.named("home");
  await using _serve = await home.serve();
  const { code, stderr } = await home.run(["sync", "move-key", "keychain", "--stop"]);
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "codemem: ");
  const { daemon } = await home.json<{ daemon: { state: string } }>("sync", "status");
  assertEquals(daemon.state, "running");
});

Deno.test(withKeyring("a device is not ended for a key that cannot be read"), async () => {
  await using keyring = await Keyring.start();
  await using home = await SyncHome.named("home", {
    env: { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "keychain" },
  });
  await using _serve = await home.serve();
  await keyring.lock();
  const { code, stderr } = await home.run(["sync", "move-key", "file", "--stop"]);
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "The keyring is locked");
  const { daemon } = await home.json<{ daemon: { state: string } }>("sync", "status");
  assertEquals(daemon.state, "running");
});

Deno.test(
  withKeyring("a new identity says where its key is while the keyring is locked"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", { env: keyring.env });
    await keyring.lock();
    const shown = await home.text("sync", "identity", "new", "--yes");
    assertStringIncludes(
      shown,
      "key          in a file, not in a keychain: the keyring is locked\n",
    );
    await using _serve = await home.serve();
    assertEquals((await statusOf(home)).key_store, "file");
  },
);
