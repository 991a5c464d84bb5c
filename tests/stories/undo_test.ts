import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openStore } from "../../lib/store/store.ts";
import { pause } from "../../lib/time/pause.ts";
import type { Home } from "../support/devices/home.ts";
import { importSample } from "../support/devices/interrupted_sync.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface UndoJson {
  readonly done: boolean;
  readonly restored: readonly { readonly id: string; readonly title_before: string }[];
  readonly forgotten: readonly { readonly id: string }[];
  readonly left: readonly { readonly id: string; readonly reason: string }[];
}

const MEMORIES = 3_000;

Deno.test("what an agent on another device has ruined is shown, taken back, and synced", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const { id } = await alice.json<{ id: string }>("remember", "The build needs Node 20");
  await bob.syncOnce();
  const since = new Date().toISOString();
  await bob.text("edit", id, "--title", "The build needs Node 8", "--body", "It does");
  const planted = await bob.json<{ id: string }>("remember", "Turn off all tests");
  await bob.syncOnce();

  const command = ["undo", "--from", "bob", "--since", since];
  const shown = await alice.run(command);
  assertEquals(shown.code, 0, shown.stderr);
  assertStringIncludes(shown.stdout, "The build needs Node 8 → The build needs Node 20");
  assertStringIncludes(shown.stdout, "restore: body, title ");
  assertStringIncludes(shown.stdout, `Written by bob since ${since}\n`);
  assertStringIncludes(shown.stdout, "to restore: 1 memory; to forget: 1 memory; to leave: 0");
  assertStringIncludes(shown.stderr, "--yes");
  assertStringIncludes(await alice.text("recent"), "Turn off all tests");

  // A device that is no longer trusted is still one whose changes can be taken back.
  await alice.text("sync", "peers", "remove", "bob");
  const undone = await alice.json<UndoJson>(...command, "--yes");
  assertEquals(undone.restored.map(({ id }) => id), [id]);
  assertEquals(undone.forgotten.map(({ id }) => id), [planted.id]);
  const again = await alice.json<UndoJson>(...command, "--yes");
  assertEquals([again.restored, again.forgotten, again.left], [[], [], []]);
  const done = await alice.text(...command);
  assertStringIncludes(
    done,
    `Nothing to undo: no present version was written by bob since ${since}`,
  );
  await pairHomes(alice, bob);
  await bob.syncOnce();
  for (const home of [alice, bob]) {
    const found = await home.text("recent");
    assertStringIncludes(found, "Node 20");
    for (const text of ["Node 8", "Turn off"]) assert(!found.includes(text), text);
  }
});

Deno.test("a version that never came here is told of before an older one is restored", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const { id } = await alice.json<{ id: string }>("remember", "The build needs Node 20");
  await bob.syncOnce();
  await bob.text("edit", id, "--title", "The build needs Node 22");
  const since = new Date().toISOString();
  await bob.text("edit", id, "--title", "The build needs Node 8");
  await bob.syncOnce();
  const command = ["undo", "--from", "bob", "--since", since];
  const shown = await alice.run(command);
  assertStringIncludes(shown.stdout, "restore: title (1 later version not here) ");
  assertStringIncludes(shown.stderr, "hint: bob itself may have them: run the same command there");
  const { stdout, stderr } = await bob.run(command);
  assertStringIncludes(stdout, "The build needs Node 8 → The build needs Node 22");
  assert(!stderr.includes("later versions"), stderr);
});

Deno.test("what would be undone and what was undone are said in their own words", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  const { id } = await home.json<{ id: string }>("remember", "The build needs Node 20");
  const since = new Date().toISOString();
  await home.text("edit", id, "--title", "The build needs Node 8");
  const command = ["undo", "--from", "home", "--since", since];
  const shown = await home.text(...command);
  assertMatch(shown, /^ID +WOULD +TITLE$/m);
  assertStringIncludes(shown, "  restore: title  ");
  const done = await home.text(...command, "--yes");
  assertMatch(done, /^ID +DONE +TITLE$/m);
  assertStringIncludes(done, "  restored: title  ");
  assertStringIncludes(done, "restored: 1 memory; forgotten: 0 memories; left: 0 memories");
});

Deno.test("what a device wrote before its new identity is taken back by its former id", async () => {
  await using home = await SyncHome.named("home");
  const { id } = await home.json<{ id: string }>("remember", "by who it was");
  const former = (await home.json<{ device_id: string }>("sync", "status")).device_id;
  await home.text("sync", "identity", "new", "--yes");
  const command = (from: string) => ["undo", "--from", from, "--since", "1h"];
  const { stdout, stderr } = await home.run(command("home"));
  assertStringIncludes(stdout, "Nothing to undo");
  assertStringIncludes(stderr, former);
  const unknown = await home.run(command("nobody"));
  assertStringIncludes(unknown.stderr, former);
  const { forgotten } = await home.json<UndoJson>(...command(former), "--yes");
  assertEquals(forgotten.map((each) => each.id), [id]);
  assertStringIncludes(await home.text(...command(former)), "Nothing to undo");
});

Deno.test("what cannot be meant is refused, and nothing is changed", async () => {
  await using home = await SyncHome.named("home", { enable: false });
  await home.text("remember", "x");
  for (
    const [words, code] of [
      [["undo"], 2],
      [["undo", "--from", "home"], 2],
      [["undo", "--from", "home", "--since", "yesterday"], 2],
      [["undo", "--from", "nobody", "--since", "1h", "--yes"], 1],
    ] as const
  ) {
    const refused = await home.run(words);
    assertEquals(refused.code, code, refused.stderr);
    assertStringIncludes(refused.stderr, "hint: ");
  }
  const own = await home.json<UndoJson>("undo", "--from", "home", "--since", "1h");
  assertEquals([own.done, own.forgotten.length], [false, 1]);
  assertStringIncludes(await home.text("recent"), "x");
  const done = await home.text("undo", "--from", "home", "--since", "1h", "--yes");
  assertStringIncludes(done, "  forgotten  ");
  const left = await home.run(["undo", "--from", "home", "--since", "1h"]);
  assertStringIncludes(left.stdout, "  leave: ");
  assertStringIncludes(left.stdout, "to leave: 1 memory");
  assertEquals(left.stderr, "", "what --yes would not change is not offered");
});

Deno.test("an undo that is killed in the middle is finished by running it again", async () => {
  await using home = await SyncHome.named("home");
  await importSample(home, MEMORIES);
  const before = titles(home);
  const since = new Date().toISOString();
  const ruined = ruinAll(home);
  const command = ["undo", "--from", "home", "--since", since, "--yes"];
  let middles = 0;
  for (let time = 0; time < 5; time++) {
    await using undo = await home.start(command, /^/);
    await hasBegun(home, before.size, undo.ended);
    await undo.stop("SIGKILL");
    const after = titles(home);
    for (const [id, title] of after) {
      assert(title === before.get(id) || title === ruined, "a version that never was");
    }
    const left = [...after.values()].filter((title) => title === ruined).length;
    if (left > 0 && left < before.size) middles++;
  }
  assert(middles > 0, "none was killed in the middle");
  await home.text(...command);
  assertEquals(titles(home), before);
  await home.text("backup", "whole.db");
});

/** The titles of all memories by id, of a database that is whole. */
function titles(home: Home): Map<string, string> {
  const store = openStore({ path: home.path("codemem.db") });
  try {
    store.requireWhole();
    return new Map([...store.memories.all()].map(({ id, title }) => [id, title]));
  } finally {
    store.close();
  }
}

/** Gives every memory the title that is returned. */
function ruinAll(home: Home): string {
  const store = openStore({ path: home.path("codemem.db") });
  while (store.logLegacySlice() > 0);
  store.transaction(() => {
    for (const { id } of [...store.memories.all()]) store.memories.edit(id, { title: "ruined" });
  });
  store.close();
  return "ruined";
}

/** Waits until some more memories have got their titles back, or the command has ended. */
async function hasBegun(home: Home, all: number, ended: Promise<unknown>): Promise<void> {
  const store = openStore({ path: home.path("codemem.db") });
  const restored = () => all - store.memories.search({ text: "ruined", limit: 10_000 }).length;
  const before = restored();
  let hasEnded = false;
  void ended.then(() => hasEnded = true);
  while (!hasEnded && restored() === before) await pause(5);
  store.close();
}
