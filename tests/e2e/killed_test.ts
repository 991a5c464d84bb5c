import { assert, assertEquals } from "@std/assert";
import { endBetween, importSample } from "../support/devices/interrupted_sync.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

const MEMORIES = 5_000;

Deno.test("a receiver that is killed in the middle of its first sync goes on where it was", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice, MEMORIES);
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await using pass = await bob.start(["sync", "once"], /^/);
  await endBetween(bob, pass, { memories: MEMORIES });
  const [rest] = await bob.syncOnce();
  assert(rest!.pulled > 0 && rest!.pulled < MEMORIES, `it pulled ${rest!.pulled}`);
  await assertSame(alice, bob);
});

Deno.test("a sender that is killed in the middle of a first sync is no loss", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice, MEMORIES);
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  const pass = bob.run(["sync", "once", "--json"]);
  await endBetween(bob, serving, { memories: MEMORIES });
  const { code, stdout } = await pass;
  assertEquals(code, 4, stdout);
  assertEquals(JSON.parse(stdout).peers[0].error, "unreachable");
  await using _serve = await alice.serve();
  const [rest] = await bob.syncOnce();
  assert(rest!.pulled > 0 && rest!.pulled < MEMORIES, `it pulled ${rest!.pulled}`);
  await assertSame(alice, bob);
});

Deno.test("a device that is killed while it is handed memories loses none", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  await importSample(bob, MEMORIES);
  const pass = bob.run(["sync", "once"]);
  await endBetween(alice, serving, { memories: MEMORIES });
  assertEquals((await pass).code, 4);
  await using _serve = await alice.serve();
  const [rest] = await bob.syncOnce();
  assert(rest!.pushed > 0 && rest!.pushed < MEMORIES, `it pushed ${rest!.pushed}`);
  await assertSame(alice, bob);
});

/** Compares every memory of both, and what each counts anew. */
async function assertSame(...homes: SyncHome[]): Promise<void> {
  const [first, second] = await Promise.all(
    homes.map(async (home) =>
      (await home.text("export", "--include-deleted")).trim().split("\n").sort()
    ),
  );
  assertEquals(first!.length, MEMORIES);
  assertEquals(first, second);
  const { code, stderr } = await homes[1]!.run(["sync", "verify"]);
  assertEquals(code, 0, stderr);
}
