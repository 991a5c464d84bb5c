import { assertEquals, assertStringIncludes } from "@std/assert";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

Deno.test("three devices in a chain hold the same, although its ends never meet", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using carol = await SyncHome.named("carol");
  await using _serve = await bob.serve();
  await pairHomes(bob, alice);
  await pairHomes(bob, carol);
  const { id } = await alice.json<{ id: string }>("remember", "pelican of alice");
  const { id: doomed } = await carol.json<{ id: string }>("remember", "heron of carol");
  await alice.syncOnce();
  await carol.syncOnce();
  await alice.syncOnce();
  assertStringIncludes(await alice.text("search", "heron"), "heron of carol");
  assertStringIncludes(await carol.text("search", "pelican"), "pelican of alice");

  // What one end made, the other may change and forget.
  await carol.text("edit", id, "--body", "pelican, as carol saw it");
  await alice.text("forget", doomed);
  await alice.syncOnce();
  await carol.syncOnce();
  await alice.syncOnce();
  const exports = await Promise.all([alice, bob, carol].map((home) => home.json("export")));
  assertEquals(exports[0], exports[1]);
  assertEquals(exports[1], exports[2]);
  assertEquals((exports[0] as { body: string }[]).map(({ body }) => body), [
    "pelican, as carol saw it",
  ]);
  assertEquals((await alice.json<unknown[]>("sync", "peers", "list")).length, 1);
});
