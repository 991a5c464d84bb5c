/** Devices on which the compiled file is all there is. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../lib/cli/version.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { endBetween, importSample } from "../support/devices/interrupted_sync.ts";
import { skipUnless } from "../support/skip.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

const MEMORIES = 5_000;
const CONNECTIONS = 200;
const program = await compiledProgram();
const device = (name: string) => SyncHome.named(name, { program: [program] });

Deno.test("two compiled devices pair, disagree and converge", async () => {
  await using alice = await device("alice");
  await using bob = await device("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const { id } = await alice.json<{ id: string }>("remember", "The zebra is striped");
  await bob.text("remember", "The walrus has tusks");
  await bob.syncOnce();
  await alice.text("edit", id, "--title", "from alice");
  await bob.text("edit", id, "--title", "from bob, in the meantime");
  await bob.text("edit", id, "--title", "from bob, later");
  await bob.syncOnce();
  await assertSame(alice, bob);
  assertEquals((await alice.json<{ title: string }>("show", id)).title, "from bob, later");
  await alice.text("forget", id);
  await bob.syncOnce();
  await assertSame(alice, bob);
  assertEquals((await bob.json<unknown[]>("search", "zebra")).length, 0);
  const { code, stderr } = await bob.run(["sync", "verify"]);
  assertEquals(code, 0, stderr);
});

Deno.test("a compiled serve that is stopped in the middle of a sync is started again, and no loss", async () => {
  await using alice = await device("alice");
  await using bob = await device("bob");
  await importSample(alice, MEMORIES);
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  const pass = bob.run(["sync", "once", "--json"]);
  await endBetween(bob, serving, { memories: MEMORIES, signal: "SIGTERM" });
  assertEquals((await pass).code, 4);
  assertEquals((await serving.ended).code, 0, serving.output);
  await using _serve = await alice.serve();
  await assertRestIsPulled(alice, bob);
});

Deno.test("a compiled pass that is killed in the middle goes on where it was", async () => {
  await using alice = await device("alice");
  await using bob = await device("bob");
  await importSample(alice, MEMORIES);
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await using pass = await bob.start(["sync", "once"], /^/);
  await endBetween(bob, pass, { memories: MEMORIES });
  await assertRestIsPulled(alice, bob);
});

Deno.test("a compiled serve answers its page and its health", async () => {
  await using home = await device("home");
  await using _serve = await home.serve();
  const page = await fetch(`${home.viewer}/`);
  assertEquals(page.status, 200);
  assertMatch(page.headers.get("content-type")!, /^text\/html/);
  assertStringIncludes(await page.text(), "home");
  const health = await fetch(`${home.viewer}/api/health`);
  assertEquals((await health.json()).version, VERSION);
  const { daemon } = await home.json<{ daemon: { state: string } }>("sync", "status");
  assertEquals(daemon.state, "running");
});

Deno.test(
  skipUnless(Deno.build.os === "linux", "reads /proc", "a compiled serve keeps no connection"),
  async () => {
    await using home = await device("home");
    await using serving = await home.serve();
    const openFiles = async () =>
      (await Array.fromAsync(Deno.readDir(`/proc/${serving.pid}/fd`))).length;
    const before = await openFiles();
    for (const port of [home.viewerPort, home.port]) {
      const connecting = Array.from({ length: CONNECTIONS }, () => Deno.connect({ port }));
      for (const conn of await Promise.all(connecting)) {
        await conn.write(new TextEncoder().encode("GET / HT"));
        conn.close();
      }
    }
    await (await fetch(`${home.viewer}/api/health`)).body?.cancel();
    for (let tries = 0; tries < 100 && await openFiles() > before + 1; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert(await openFiles() <= before + 1, `${await openFiles()} are open, ${before} were`);
  },
);

Deno.test("a compiled serve stops in time and whole, whatever is half sent to it", async () => {
  await using home = await device("home");
  const serving = await home.serve();
  const conns = await Promise.all(
    [home.viewerPort, home.port].map((port) => Deno.connect({ port })),
  );
  for (const conn of conns) await conn.write(new TextEncoder().encode("GET / HT"));
  // Answered after them, it tells that they have been taken, and does not end by itself.
  const events = await fetch(`${home.viewer}/api/events`);
  const timer = setTimeout(() => Deno.kill(serving.pid, "SIGKILL"), 60_000);
  const { code } = await serving.stop().finally(() => clearTimeout(timer));
  assertEquals(code, 0, serving.output);
  await events.body!.cancel();
  for (const conn of conns) conn.close();
});

async function assertRestIsPulled(from: SyncHome, to: SyncHome): Promise<void> {
  const [rest] = await to.syncOnce();
  assert(rest!.pulled > 0 && rest!.pulled < MEMORIES, `it pulled ${rest!.pulled}`);
  assertEquals((await assertSame(from, to)).length, MEMORIES);
}

/** Compares every memory of both. */
async function assertSame(...homes: readonly [SyncHome, SyncHome]): Promise<readonly string[]> {
  const [first, second] = await Promise.all(homes.map(async (home) => {
    return (await home.text("export", "--include-deleted")).trim().split("\n").sort();
  }));
  assertEquals(first, second);
  return first!;
}
