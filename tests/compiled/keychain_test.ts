/** A compiled device whose key is in a keychain: it has to start programs, and gives up the rest. */
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../lib/time/poll.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { freePort } from "../support/system/free_port.ts";
import { withKeyring } from "../support/devices/key_home.ts";
import { Keyring } from "../support/system/keyring.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

const program = await compiledProgram();

Deno.test(
  withKeyring(
    "a compiled device has its key in the keyring, also when serve takes up other settings",
  ),
  async () => {
    await using keyring = await Keyring.start();
    const options = { program: [program], env: keyring.env };
    await using alice = await SyncHome.named("alice", options);
    await using bob = await SyncHome.named("bob", options);
    assertEquals((await status(alice)).key_store, "keychain");
    await using _serve = await alice.serve("--invite");
    await pairHomes(alice, bob);
    await bob.text("remember", "from bob");
    await bob.syncOnce();
    const port = freePort();
    await alice.text("config", "set", "sync_port", String(port));
    const moved = async () =>
      (await status(alice)).listeners.some((each) => each.port === port && each.listening) ||
      undefined;
    assert(await poll(moved, { timeoutMs: 30_000 }), JSON.stringify(await status(alice)));
    for (const place of ["file", "keychain"]) {
      await alice.text("sync", "move-key", place, "--stop");
      assertEquals((await status(alice)).key_store, place);
      await alice.text("sync", "start");
    }
    await alice.text("sync", "stop");
  },
);

async function status(home: SyncHome) {
  return await home.json<{
    key_store: string;
    listeners: { port: number; listening: boolean }[];
  }>("sync", "status");
}
