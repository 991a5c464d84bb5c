/** A program that holds the database of a running device for long. */
import { assertEquals, assertMatch } from "@std/assert";
import { pair, startDevice, sync } from "../support/devices/device.ts";
import { holdDatabase } from "../support/system/hold_database.ts";
import { send, signed } from "../support/attackers/raw_client.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

Deno.test("while the database is held everybody else is served, and what waits for it is done afterwards", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  bob.store.memories.remember({ kind: "note", title: "handed over meanwhile", body: "" });
  const holder = await holdDatabase(alice.paths.database);
  const request = signed(bob.identity, { recipient: alice.store.deviceId, target: "/v1/status" });
  let answered = false;
  const answer = send(alice, request).finally(() => answered = true);
  const pass = sync(bob, alice);
  // A request that kept the process standing would be refused before the viewer gets its turn.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const page = await fetch(`http://127.0.0.1:${alice.settings.viewerPort}/`);
  await page.body?.cancel();
  assertEquals([page.status, answered], [200, false]);
  await holder[Symbol.asyncDispose]();
  assertEquals((await answer).status, 200);
  const { error, result } = await pass;
  assertEquals([error, result?.identical], [undefined, true]);
  assertEquals(alice.runtime.facts.fault, null);
});

Deno.test("status says that the database is held", async () => {
  await using home = await SyncHome.named("alice");
  await using _serve = await home.serve();
  assertEquals((await home.text("sync", "status")).includes("held by another program"), false);
  await using _holder = await holdDatabase(home.path("codemem.db"));
  assertMatch(await home.text("sync", "status"), /^database +held by another program: /m);
  const { database } = await home.json<{ database: { held: boolean } }>("sync", "status");
  assertEquals(database.held, true);
});
