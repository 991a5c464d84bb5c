/** A program of the keychain that is there and does not do what it is for. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { exists } from "../support/system/exists.ts";
import { statusOf, withKeyring } from "../support/devices/key_home.ts";
import { Keyring } from "../support/system/keyring.ts";
import { StubProgram } from "../support/system/stub_program.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

/** A key of somebody else, as a keychain keeps keys. */
const OTHER_KEY = "MC4CAQAwBQYDK2VwBCIEIBEREREREREREREREREREREREREREREREREREREREREREREREQ==";

const BROKEN: Readonly<Record<string, readonly [script: string, error: string]>> = {
  "is killed": ["kill -9 $$", "keychain_unavailable"],
  "crashes": ["kill -SEGV $$", "keychain_unavailable"],
  "ends with a code of its own": ["exit 2", "keychain_unavailable"],
  "never stops talking": ["exec cat /dev/zero", "keychain_unavailable"],
  "complains without end": ["exec cat /dev/zero >&2", "keychain_unavailable"],
  "complains of a key": [`echo 'secret = ${OTHER_KEY}' >&2; exit 1`, "keychain_unavailable"],
  "gives out another key": [
    `printf 'label = x\\nsecret = ${OTHER_KEY}\\n'`,
    "key_damaged",
  ],
  "gives out a part of the key": [
    `/usr/bin/secret-tool "$@" < "$dir/stdin" 2> /dev/null | sed 's/^\\(secret = .\\{20\\}\\).*/\\1/'`,
    "key_damaged",
  ],
};

for (const [what, [script, error]] of Object.entries(BROKEN)) {
  Deno.test(
    withKeyring(`where secret-tool ${what}, nobody says that the key is gone`),
    async () => {
      await using keyring = await Keyring.start();
      await using home = await SyncHome.named("home", { env: keyring.env });
      const before = await home.json<{ fingerprint: string }>("sync", "status");
      await using stub = await StubProgram.make("secret-tool", script);
      const env = { PATH: stub.path, CODEMEM_DEBUG: "1" };
      for (const command of [["sync", "rotate-keys"], ["sync", "move-key", "file"]]) {
        const { code, stderr } = await home.run([...command, "--json"], { env });
        assertEquals(code, 1);
        assertStringIncludes(stderr, `"error":"${error}"`);
        assertEquals(stderr.includes(OTHER_KEY), false);
      }
      await home.text("sync", "enable");
      const after = await home.json<{ fingerprint: string }>("sync", "status");
      assertEquals(after.fingerprint, before.fingerprint);
    },
  );
}

Deno.test(
  withKeyring("a keychain that never answers is asked once, also amid a move"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", { env: keyring.env });
    const task = `{"kind":"move","from":"file","to":"keychain","keep":false}`;
    home.sql(`UPDATE sync_device SET key_task = '${task}'`);
    await using stub = await StubProgram.make("secret-tool", "exec sleep 1000");
    const { stderr } = await home.run(["sync", "rotate-keys", "--json"], {
      env: { PATH: stub.path },
    });
    assertStringIncludes(stderr, `"error":"keychain_timed_out"`);
    assertEquals((await stub.calls()).length, 1);
    await home.text("sync", "enable");
    const { key_store_left_over: leftOver } = await home.json<{ key_store_left_over: unknown }>(
      "sync",
      "status",
    );
    assertEquals(leftOver, null, "what was under way is finished when it answers");
  },
);

for (
  const words of [
    ...[["once"], ["start"], ["move-key", "file"], ["rotate-keys"], ["enable"], ["doctor"]],
    ["identity", "new", "--yes"],
  ]
) {
  const command = `sync ${words.join(" ")}`;
  Deno.test(
    withKeyring(`${command} asks a keychain that never answers for the key once`),
    async () => {
      await using keyring = await Keyring.start();
      await using home = await SyncHome.named("home", { env: keyring.env });
      await using stub = await StubProgram.make("secret-tool", "exec sleep 1000");
      await home.run(["sync", ...words], { env: { PATH: stub.path } });
      const calls = (await stub.calls()).length;
      const isTold = await exists(home.path("changes/changed"));
      await home.run(["sync", "stop"]);
      assertEquals(calls, 1);
      if (words[0] === "start") assertEquals(isTold, false, "what has only just tried tries again");
    },
  );
}

Deno.test("a move to a keychain that never answers waits for it once, and leaves nothing to do", async () => {
  await using home = await SyncHome.named("home");
  await using stub = await StubProgram.make("secret-tool", "exec sleep 1000");
  const env = { PATH: stub.path, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
  const { stderr } = await home.run(["sync", "move-key", "keychain", "--json"], { env });
  assertStringIncludes(stderr, `"error":"keychain_timed_out"`);
  assertEquals((await stub.calls()).length, 1);
  assertEquals((await statusOf(home)).key_store_left_over, null);
});

Deno.test("a copy that is still to go from a keychain that never answers is waited for once", async () => {
  await using home = await SyncHome.named("home");
  const task = `{"kind":"move","from":"keychain","to":"file","keep":false}`;
  home.sql(`UPDATE sync_device SET key_task = '${task}'`);
  await using stub = await StubProgram.make("secret-tool", "exec sleep 1000");
  const env = { PATH: stub.path, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
  const { stderr } = await home.run(["sync", "rotate-keys"], { env });
  assertStringIncludes(stderr, "A copy of the key is left in a keychain that is locked");
  assertEquals((await stub.calls()).length, 1);
});

Deno.test("a serve that is ended while it asks a keychain does not wait for the answer", async () => {
  await using home = await SyncHome.named("home");
  home.sql("UPDATE sync_device SET key_store = 'keychain'");
  const asked = home.path("asked");
  await using stub = await StubProgram.make("secret-tool", `touch '${asked}'; exec sleep 1000`);
  await using serving = await home.start(["serve"], /^/, { env: { PATH: stub.path } });
  await eventually("the keychain is asked", () => exists(asked));
  assertEquals((await serving.stop()).code, 0);
  assertEquals(serving.output, "", "it has come to run");
});
