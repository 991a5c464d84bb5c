import { assertEquals, assertMatch } from "@std/assert";
import { pair, startDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";

Deno.test("a device whose database is replaced under it says so and does not sync into the old file", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const standing = () => bob.store.peers.find(alice.store.deviceId)!;
  await eventually("bob knows what alice holds", () => standing().identicalLive === 0);
  const backup = `${alice.paths.database}.backup`;
  await Deno.copyFile(alice.paths.database, backup);
  await Deno.rename(backup, alice.paths.database);
  await eventually("alice has noticed", () => alice.runtime.facts.syncError !== null);
  const { syncError, listeners, fault } = alice.runtime.facts;
  assertMatch(syncError!.message, /taken the place of the database/);
  assertEquals(fault?.message, syncError!.message);
  assertEquals(listeners.map(({ listening }) => listening), [false]);
  bob.store.memories.remember({ kind: "note", title: "zebra", body: "stripes" });
  await eventually("bob calls alice offline", () => standing().state === "offline");
  assertEquals([standing().identicalLive, alice.store.log.snapshot().digest.live], [0, 0]);
});
