import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { makeUpstreamSample } from "../../scripts/make_upstream_sample.ts";
import { pairHomes, SyncHome } from "../support/sync_home.ts";

const MEMORIES = 5_000;
/** More than one page: what was acknowledged or kept with its cursor is not sent again. */
const SOME = 600;

Deno.test("a receiver that is killed in the middle of its first sync goes on where it was", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice);
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await using pass = await bob.start(["sync", "once"], /^/);
  await killBetween(bob, pass);
  const [rest] = await bob.syncOnce();
  assert(rest!.pulled > 0 && rest!.pulled < MEMORIES, `it pulled ${rest!.pulled}`);
  await assertSame(alice, bob);
});

Deno.test("a sender that is killed in the middle of a first sync is no loss", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice);
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  const pass = bob.run(["sync", "once", "--json"]);
  await killBetween(bob, serving);
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
  await importSample(bob);
  const pass = bob.run(["sync", "once"]);
  await killBetween(alice, serving);
  assertEquals((await pass).code, 4);
  await using _serve = await alice.serve();
  const [rest] = await bob.syncOnce();
  assert(rest!.pushed > 0 && rest!.pushed < MEMORIES, `it pushed ${rest!.pushed}`);
  await assertSame(alice, bob);
});

async function importSample(home: SyncHome): Promise<void> {
  const path = home.path("upstream.sqlite");
  const deviceId = "sample-device";
  makeUpstreamSample(path, { era: "typescript", memories: MEMORIES, deviceId, seed: 11 });
  await home.text("import", path);
}

/** Kills `victim` as soon as `receiver` holds some of the memories, and not yet all. */
async function killBetween(
  receiver: SyncHome,
  victim: { stop(signal: Deno.Signal): Promise<unknown> },
): Promise<void> {
  const database = new DatabaseSync(receiver.path("codemem.db"), { readOnly: true });
  try {
    const count = database.prepare("SELECT count(*) AS count FROM memories");
    for (let waitedMs = 0; count.get()!.count as number < SOME && waitedMs < 20_000; waitedMs++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await victim.stop("SIGKILL");
    const held = count.get()!.count as number;
    assert(held < MEMORIES, `${held} memories are no middle`);
  } finally {
    database.close();
  }
}

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
