import { assert, assertEquals } from "@std/assert";
import { makeUpstreamSample, type SampleOptions } from "../../scripts/make_upstream_sample.ts";
import { hasProgram } from "../support/system/has_program.ts";
import { skipUnless } from "../support/skip.ts";
import { pairHomes, type PassJson, SyncHome } from "../support/devices/sync_home.ts";

interface StatsJson {
  readonly live: number;
  readonly tombstones: number;
}

Deno.test("memories imported while serve runs are pulled at once, without another command", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await importSample(alice, { memories: 3_000 });
  const [pass] = await bob.syncOnce();
  assertEquals(pass!.pulled, 3_000);
  assertEquals(await everything(bob), await everything(alice));
});

Deno.test("memories imported before sync was enabled are pushed by the first pass", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob", { enable: false });
  await importSample(bob, { era: "python", memories: 1_500 });
  await bob.text("sync", "enable");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const [pass] = await bob.syncOnce();
  assertEquals(pass!.pushed, 1_500);
  assertEquals(await everything(alice), await everything(bob));
});

Deno.test("two machines that import their own copies of the same memories converge", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice, { memories: 400, deviceId: "desk", peerDeviceId: "laptop" });
  await importSample(bob, { memories: 400, deviceId: "laptop", peerDeviceId: "desk" });
  const before = await counts(alice);
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.syncOnce();
  assertEquals(await counts(bob), before, "no memory is there twice");
  assertEquals(await counts(alice), before);
  assertEquals(await everything(alice), await everything(bob));
});

const hasScript = await hasProgram("script");

Deno.test(
  skipUnless(
    hasScript,
    "needs script of util-linux",
    "a fresh device gets 25,000 memories by one pass, and a person sees how far it is",
  ),
  async () => {
    await using alice = await SyncHome.named("alice");
    await using bob = await SyncHome.named("bob");
    await importSample(alice, { memories: 25_000 });
    await using _serve = await alice.serve();
    await pairHomes(alice, bob);
    const before = await alice.json<{ digest: string }>("sync", "status");
    const inTerminal = ["sh", "-c", 'exec script -qefc "$0 $*" /dev/null'];
    const { code, stdout } = await bob.run(["sync", "once"], { through: inTerminal });
    assertEquals(code, 0, stdout);
    assert(/\ralice: received \d+ of 25000/.test(stdout), stdout.slice(0, 1_000));
    assert(/alice: identical \(received 25000, sent 0\)\r\n$/.test(stdout), stdout.slice(-200));
    const after = await bob.json<{ digest: string }>("sync", "status");
    assertEquals(after.digest, before.digest);
  },
);

Deno.test("in a pipe there is no progress", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await importSample(alice, { memories: 1_200 });
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const { stdout, stderr } = await bob.run(["sync", "once"]);
  assertEquals([stdout, stderr], ["alice: identical (received 1200, sent 0)\n", ""]);
  const { peers } = await bob.json<{ peers: PassJson[] }>("sync", "once");
  assertEquals([peers[0]!.pulled, peers[0]!.pushed, peers[0]!.identical], [0, 0, true]);
});

async function importSample(home: SyncHome, options: Partial<SampleOptions>): Promise<void> {
  const path = home.path("upstream.sqlite");
  makeUpstreamSample(path, {
    era: "typescript",
    memories: 100,
    deviceId: "sample-device",
    seed: 7,
    ...options,
  });
  await home.text("import", path);
}

/** All memories with all that is known of them, in an order of their own. */
async function everything(home: SyncHome): Promise<string[]> {
  return (await home.text("export", "--include-deleted")).trim().split("\n").sort();
}

async function counts(home: SyncHome): Promise<StatsJson> {
  const { live, tombstones } = await home.json<StatsJson>("sync", "status");
  return { live, tombstones };
}
