import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { eventually } from "../support/eventually.ts";
import { hasProgram } from "../support/system/has_program.ts";
import { skipUnless } from "../support/skip.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly daemon: {
    readonly state: string;
    readonly fault: { readonly message: string } | null;
  };
}

Deno.test(
  skipUnless(
    await hasProgram("script"),
    "needs script of util-linux",
    "on a terminal serve tells what it logs, a line each",
  ),
  async () => {
    await using home = await SyncHome.named("home");
    await using peer = await SyncHome.named("peer");
    const through = ["sh", "-c", 'exec script -qefc "$0 $*" /dev/null'];
    await using serve = await home.start(["serve"], /Sync: listening/, { through });
    await pairHomes(home, peer);
    await serve.waitFor(
      /\r\n\d\d:\d\d:\d\d info: paired \(peer [0-9a-f-]{36}, name peer\)\r\n/,
    );
    assert(!serve.output.includes("Paired with"), "it is told twice");
    await home.text("sync", "stop");
    await serve.ended;
  },
);

Deno.test("in a pipe serve keeps its log to the file", async () => {
  await using home = await SyncHome.named("home");
  await using peer = await SyncHome.named("peer");
  await using serve = await home.serve();
  await pairHomes(home, peer);
  await serve.waitFor(/Paired with peer/);
  assert(!/info:/.test(serve.output), serve.output);
  const log = await Deno.readTextFile(home.path("logs/codemem.log"));
  const lines = log.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ message }) => message).includes("paired"), true);
});

Deno.test("serve outlives what breaks in it, and status tells of it", async () => {
  await using home = await SyncHome.named("home");
  await using serve = await home.serve("--json");
  assertEquals((await status(home)).daemon.fault, null);
  const other = new DatabaseSync(home.path("codemem.db"));
  try {
    // After a change serve looks after its database, where a writer takes too long.
    await home.text("remember", "a change");
    other.exec("BEGIN IMMEDIATE");
    const hasFault = async () => (await home.facts())!.fault !== null;
    await eventually("something breaks", hasFault);
  } finally {
    other.close();
  }
  const { state, fault } = (await status(home)).daemon;
  assertEquals(state, "running");
  assertStringIncludes(fault!.message, "another process is writing");
  assertStringIncludes(await home.text("sync", "status"), fault!.message);
  const health = await fetch(`${home.viewer}/api/health`);
  assertEquals((await health.json()).ok, true);
  assertEquals((await serve.stop()).code, 0);
});

async function status(home: SyncHome): Promise<StatusJson> {
  return await home.json<StatusJson>("sync", "status");
}
