/** Copies of one device of which one has rotated the key. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cloneHome } from "../support/devices/cloned_home.ts";
import { eventually } from "../support/eventually.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly fingerprint: string;
  readonly forked_at: string | null;
  readonly copy_seen_at: string | null;
  readonly peers: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly copy_seen_at: string | null;
    readonly last_error: string | null;
    readonly last_error_code: string | null;
  }[];
}

const statusOf = (home: SyncHome) => home.json<StatusJson>("sync", "status");

Deno.test("a clone that rotates its key is not followed where the original has gone on", async () => {
  await using homes = await clonedHomes();
  const { alice, bob, clone } = homes;
  await bob.text("remember", "by the original");
  await bob.syncOnce();
  await clone.text("sync", "rotate-keys");
  assertEquals(await refusalOf(clone), "device_forked");
  assert((await statusOf(clone)).forked_at !== null, "it has seen its own word");
  const pinned = async () => (await statusOf(alice)).peers[0]!;
  assertEquals((await pinned()).fingerprint, (await statusOf(bob)).fingerprint);
  assertEquals((await pinned()).last_error_code, "device_forked");
  assert((await pinned()).copy_seen_at !== null, "alice remembers the copy");
  await bob.syncOnce();
  assert((await statusOf(bob)).copy_seen_at !== null, "and tells the original of it");
  // Where its owner says so, it goes on as the device all the same.
  await clone.text("sync", "identity", "keep");
  await clone.syncOnce();
  assertEquals((await pinned()).fingerprint, (await statusOf(clone)).fingerprint);
});

Deno.test("an original whose clone was followed to another key is told so, and alice too", async () => {
  await using homes = await clonedHomes();
  const { alice, bob, clone } = homes;
  await clone.text("sync", "rotate-keys");
  await clone.syncOnce();
  await bob.text("remember", "by the original");
  const { code, stderr } = await bob.run(["sync", "once"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "alice has followed this device to a later key");
  assertStringIncludes(stderr, "codemem sync identity new --yes");
  await using serving = await bob.serve();
  await eventually("alice says that bob uses a key that he has given up", async () => {
    const [peer] = (await statusOf(alice)).peers;
    return peer!.last_error_code === "key_superseded";
  });
  await serving.stop();
  await bob.text("sync", "identity", "new", "--yes");
  await pairHomes(alice, bob);
  await bob.syncOnce();
  assertStringIncludes(await alice.text("recent"), "by the original");
});

async function refusalOf(home: SyncHome): Promise<string> {
  const { code, stdout } = await home.run(["sync", "once", "--json"]);
  assertEquals(code, 3, stdout);
  return JSON.parse(stdout).peers[0].error;
}

/** Alice, who listens; bob, who is paired with her; and a clone of bob. */
async function clonedHomes() {
  await using begun = new AsyncDisposableStack();
  const alice = begun.use(await SyncHome.named("alice"));
  const bob = begun.use(await SyncHome.named("bob"));
  begun.use(await alice.serve());
  await pairHomes(alice, bob);
  await bob.syncOnce();
  const clone = begun.use(await cloneHome(bob, "clone"));
  const held = begun.move();
  return { alice, bob, clone, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
