import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { keyFiles, statusOf, withKeyring } from "../support/devices/key_home.ts";
import { Keyring } from "../support/system/keyring.ts";
import { StubProgram } from "../support/system/stub_program.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

/** A keyring from which nothing can be removed. */
const KEEPING = `[ "$1" = clear ] && exit 1\n/usr/bin/secret-tool "$@" < "$dir/stdin"`;

Deno.test(
  withKeyring("a copy that cannot be removed yet is told of, and removed when it can be"),
  async () => {
    await using keyring = await Keyring.start();
    await using home = await SyncHome.named("home", {
      env: { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "keychain" },
    });
    const { device_id: id } = await statusOf(home);
    await using stub = await StubProgram.make("secret-tool", KEEPING);
    const moved = await home.run(["sync", "move-key", "file"], { env: { PATH: stub.path } });
    assertEquals(moved.code, 0, moved.stderr);
    assertStringIncludes(moved.stderr, "a copy is left in the keyring of this desktop session");
    assertEquals((await statusOf(home)).key_store_left_over, "keychain");
    assertMatch(
      await home.text("sync", "status"),
      /^key +in a file; a copy is still in the keychain/m,
    );
    await home.text("sync", "enable");
    assertEquals((await statusOf(home)).key_store_left_over, null);
    assertEquals(await keyring.secret(id), undefined);
  },
);

for (const [at, other] of [["keychain", "file"], ["file", "keychain"]] as const) {
  const name =
    `a copy in the ${other} that was kept is told of when it is stale, and can be removed`;
  Deno.test(withKeyring(name), async () => {
    await using keyring = await Keyring.start();
    const env = { ...keyring.env, CODEMEM_SYNC_KEY_STORE: other };
    await using home = await SyncHome.named("home", { env });
    const { device_id: id } = await statusOf(home);
    const hasCopy = async () =>
      other === "file"
        ? (await keyFiles(home)).includes("device.key")
        : await keyring.secret(id) !== undefined;
    await home.text("sync", "move-key", at, "--keep");
    assertEquals((await statusOf(home)).key_store_stale_copy, null, "it is of the key");
    const rotated = await home.run(["sync", "rotate-keys"]);
    assertEquals(rotated.code, 0, rotated.stderr);
    assertStringIncludes(rotated.stderr, "a copy of an earlier key is in");
    assertStringIncludes(rotated.stderr, `codemem sync move-key ${at} --stop`);
    const doctor = await home.run(["sync", "doctor"], { env: { CODEMEM_SYNC_KEY_STORE: at } });
    assertStringIncludes(doctor.stdout, "a copy of an earlier key");
    assertEquals(await hasCopy(), true, "it is the owner's");
    assertEquals((await statusOf(home)).key_store_stale_copy, other);
    assertMatch(
      await home.text("sync", "status"),
      new RegExp(
        `^key .*; a copy of an earlier key .* ${other}: \`.* move-key ${at} --stop\``,
        "m",
      ),
    );
    assertStringIncludes(await home.text("sync", "move-key", at), "is removed");
    assertEquals(await hasCopy(), false);
    assertEquals((await statusOf(home)).key_store_stale_copy, null);
    const again = await home.json<{ stale_copy: string | null }>("sync", "rotate-keys");
    assertEquals(again.stale_copy, null);
  });
}

Deno.test(
  withKeyring("a copy in a keychain that is gone for good can be let be, and the key be rotated"),
  async () => {
    await using keyring = await Keyring.start();
    const env = { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "keychain" };
    await using home = await SyncHome.named("home", { env });
    await using stub = await StubProgram.make("secret-tool", KEEPING);
    await home.run(["sync", "move-key", "file"], { env: { PATH: stub.path } });
    const gone = { env: { DBUS_SESSION_BUS_ADDRESS: "" } };
    const refused = await home.run(["sync", "rotate-keys"], gone);
    assertEquals(refused.code, 1, refused.stderr);
    const way = ["sync", "move-key", "file", "--keep"];
    assertStringIncludes(refused.stderr, `codemem ${way.join(" ")}`);
    const still = await home.run(way.slice(0, 3), gone);
    assertStringIncludes(still.stderr, "a copy is left in the keychain");
    const kept = await home.run(way, gone);
    assertEquals([kept.code, (await statusOf(home)).key_store_left_over], [0, null], kept.stderr);
    assertStringIncludes(kept.stderr, "A copy is kept in the keychain");
    assertEquals((await home.run(["sync", "rotate-keys"], gone)).code, 0);
  },
);

Deno.test(withKeyring("a stale copy is told of where its keychain is out of reach"), async () => {
  await using keyring = await Keyring.start();
  const env = { ...keyring.env, CODEMEM_SYNC_KEY_STORE: "keychain" };
  await using home = await SyncHome.named("home", { env });
  await home.text("sync", "move-key", "file", "--keep");
  const away = { env: { DBUS_SESSION_BUS_ADDRESS: "" } };
  const rotated = await home.run(["sync", "rotate-keys"], away);
  assertStringIncludes(rotated.stderr, "a copy of an earlier key is in the keychain");
  assertEquals((await statusOf(home)).key_store_stale_copy, "keychain");
  const refused = await home.run(["sync", "move-key", "file"], away);
  assertEquals(refused.code, 1, refused.stderr);
  const way = ["sync", "move-key", "file", "--keep"];
  assertStringIncludes(refused.stderr, `codemem ${way.join(" ")}`);
  assertEquals((await statusOf(home)).key_store_stale_copy, "keychain");
  assertEquals((await home.run(way, away)).code, 0);
  assertEquals((await statusOf(home)).key_store_stale_copy, null);
});
