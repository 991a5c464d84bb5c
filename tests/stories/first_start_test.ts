import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeUpstreamSample } from "../../scripts/make_upstream_sample.ts";
import { openStore } from "../../lib/store/store.ts";
import { freePort } from "../support/system/free_port.ts";
import { Home, Running } from "../support/devices/home.ts";

Deno.test("an import of the first start that was killed is completed by the next start", async () => {
  await using home = await upstreamHome(20_000);
  await using killed = startServe(home);
  // Read once its tables are there: a test must not be in the way while they are made.
  await killed.waitFor(/Importing/);
  while (liveMemories(home) === 0) await pause();
  await killed.stop("SIGKILL");
  const left = liveMemories(home);
  assert(left > 0 && left < 19_000, `the import was not killed in the middle: ${left}`);

  await using serve = startServe(home);
  await serve.waitFor(/"viewer"/);
  await serve.waitFor(/Imported/);
  assertEquals(liveMemories(home), 19_000);
  await serve.stop();

  await using third = startServe(home);
  await third.waitFor(/"viewer"/);
  await third.stop();
  assert(!third.output.includes("Importing"), "it was done once");
});

Deno.test("the import of the first start adds to the memories that are here already", async () => {
  await using home = await upstreamHome(100);
  await home.run(["remember", "written before the first serve"], { env: environment(home) });
  await using serve = startServe(home);
  await serve.waitFor(/"viewer"/);
  await serve.waitFor(/Imported 100 memories; /);
  assertEquals(liveMemories(home), 96);
});

Deno.test("a damaged mem.sqlite is a warning, and is tried again at the next start", async () => {
  await using home = await upstreamHome(0);
  await Deno.writeTextFile(home.path(".codemem/mem.sqlite"), "no database\n".repeat(1_000));
  for (let start = 0; start < 2; start++) {
    await using serve = startServe(home);
    await serve.waitFor(/"viewer"/);
    await serve.waitFor(/warning: the memories .* have not been imported yet: .*\nhint: /);
    assertEquals((await serve.stop()).code, 0);
  }
  makeSample(home, 100);
  await using serve = startServe(home);
  await serve.waitFor(/"viewer"/);
  await serve.waitFor(/Imported/);
});

Deno.test("a second serve takes nothing in", async () => {
  await using home = await upstreamHome(0);
  await using serve = startServe(home);
  await serve.waitFor(/"viewer"/);
  makeSample(home, 100);
  const { code, stderr } = await home.run(["serve"], { env: environment(home) });
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /^codemem: codemem serve is already running/);
});

/** A device whose files are in their default place, with the database of the earlier program. */
async function upstreamHome(memories: number): Promise<Home> {
  const home = await Home.make();
  await Deno.mkdir(home.path(".codemem"), { mode: 0o700 });
  if (memories > 0) makeSample(home, memories);
  return home;
}

function makeSample(home: Home, memories: number): void {
  const made = home.path("sample.sqlite");
  makeUpstreamSample(made, { era: "typescript", memories, deviceId: "desk", seed: 1 });
  Deno.renameSync(made, home.path(".codemem/mem.sqlite"));
}

function environment(home: Home) {
  return {
    CODEMEM_HOME: undefined,
    HOME: home.folder,
    CODEMEM_VIEWER_PORT: String(freePort()),
  };
}

function startServe(home: Home): Running {
  return new Running(home.command(["serve", "--json"], { env: environment(home) }).spawn());
}

function liveMemories(home: Home): number {
  const store = openStore({ path: home.path(".codemem/codemem.db") });
  try {
    return store.log.snapshot().digest.live;
  } finally {
    store.close();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
