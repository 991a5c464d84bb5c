/** A home that was copied by hand: the keychain has one entry for the two. */
import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { cloneHome } from "../support/devices/cloned_home.ts";
import { statusOf, withKeyring } from "../support/devices/key_home.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";
import { Keyring } from "../support/system/keyring.ts";

/** A home whose key is in a keyring, and a copy of it that finds the same keyring. */
async function twoCopies() {
  await using begun = new AsyncDisposableStack();
  const keyring = begun.use(await Keyring.start());
  const { env } = keyring;
  const home = begun.use(await SyncHome.named("home", { env }));
  const { device_id: id } = await statusOf(home);
  const copy = begun.use(await cloneHome(home, "copy", { env }));
  const held = begun.move();
  return { keyring, home, copy, id, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The failure of a command that needs the key. */
async function failureOf(home: SyncHome, ...words: string[]) {
  const { code, stderr } = await home.run(["sync", ...words, "--json"]);
  assertEquals(code, 1, stderr);
  return JSON.parse(stderr.trim().split("\n").at(-1)!) as { error: string; hint: string };
}

Deno.test(
  withKeyring("a copy that gets a new identity leaves the other one its key, and both sync"),
  async () => {
    await using copies = await twoCopies();
    const { keyring, home, copy, id } = copies;
    const secret = await keyring.secret(id);
    await copy.text("sync", "identity", "new", "--yes");
    const { device_id: newId } = await statusOf(copy);
    assertEquals(await keyring.secret(id), secret);
    assertNotEquals(await keyring.secret(newId), secret);
    await using _serve = await home.serve();
    await pairHomes(home, copy);
    await copy.text("remember", "by the copy");
    await copy.syncOnce();
    assertStringIncludes(await home.text("recent"), "by the copy");
  },
);

Deno.test(
  withKeyring(
    "where a copy has rotated the key of both, the other uses no key that is not its own",
  ),
  async () => {
    await using copies = await twoCopies();
    const { keyring, home, copy, id } = copies;
    await copy.text("sync", "rotate-keys");
    const secret = await keyring.secret(id);
    for (const words of [["once"], ["rotate-keys"], ["move-key", "file"]]) {
      const { error, hint } = await failureOf(home, ...words);
      assertEquals(error, "key_damaged");
      assertStringIncludes(hint, "If another copy of this device");
      assertStringIncludes(hint, "`codemem sync identity new --yes`");
    }
    assertEquals(await keyring.secret(id), secret);
    await home.text("sync", "identity", "new", "--yes");
    assertEquals(await keyring.secret(id), secret, "the copy keeps its key");
    await copy.text("sync", "rotate-keys");
  },
);

Deno.test(
  withKeyring(
    "where a copy has taken the key of both out of the keyring, the other says what to do",
  ),
  async () => {
    await using copies = await twoCopies();
    const { home, copy } = copies;
    await copy.text("sync", "move-key", "file");
    const { error, hint } = await failureOf(home, "once");
    assertEquals(error, "key_missing");
    assertStringIncludes(hint, "`codemem sync move-key keychain` there");
    await copy.text("sync", "move-key", "keychain");
    assertEquals((await home.run(["sync", "rotate-keys"])).code, 0, "it has its key again");
  },
);

Deno.test(
  withKeyring("a key is not moved over another one that a copy of the device has in the keyring"),
  async () => {
    await using copies = await twoCopies();
    const { keyring, home, copy, id } = copies;
    await copy.text("sync", "move-key", "file", "--keep");
    await home.text("sync", "rotate-keys");
    const secret = await keyring.secret(id);
    const { error, hint } = await failureOf(copy, "move-key", "keychain");
    assertEquals(error, "key_damaged");
    assertStringIncludes(hint, "`codemem sync identity new --yes`");
    assertEquals(await keyring.secret(id), secret);
    assertEquals((await statusOf(copy)).key_store, "file");
    {
      await using _serve = await copy.serve();
      await failureOf(copy, "move-key", "keychain", "--stop");
      const { daemon } = await copy.json<{ daemon: { state: string } }>("sync", "status");
      assertEquals(daemon.state, "running", "nothing is ended for a key that stays");
    }
    await home.text("sync", "rotate-keys");
  },
);
