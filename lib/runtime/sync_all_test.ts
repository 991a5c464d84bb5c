import { assertEquals } from "@std/assert";
import { pair, startDevice } from "../../tests/support/device.ts";
import { syncAll } from "./sync_all.ts";

Deno.test("a fault in one pass is told, and the turn ends with the others", async () => {
  await using alice = await startDevice("alice");
  for (const name of ["bob", "carol"]) {
    await using peer = await startDevice(name);
    await pair(peer, alice);
  }
  const synced: string[] = [];
  const faults: string[] = [];
  await syncAll(alice.context, {
    signal: new AbortController().signal,
    onSynced({ peer }) {
      synced.push(peer.name);
      if (synced.length === 1) throw new Error("the disk is full");
    },
    onFault: ({ code, message }) => faults.push(`${code}: ${message}`),
  });
  assertEquals(synced.sort(), ["bob", "carol"]);
  assertEquals(faults, ["internal: Unexpected failure: the disk is full"]);
});
