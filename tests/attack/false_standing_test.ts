/** A paired device that says of itself that it is up to date, and is not. */
import { assert, assertEquals } from "@std/assert";
import { formatDigestSum } from "../../lib/model/digest.ts";
import { statusTarget } from "../../lib/protocol/status_query.ts";
import { peerReports } from "../../lib/sync/report/status_report.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { send, signed } from "../support/attackers/raw_client.ts";
import { contents } from "../support/devices/stores.ts";

const HEAD = "aaaaaaaaaaaaaaaa.1";

Deno.test("a peer that is taken for up to date spoils no copy but its own", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await using mallory = await startDevice("mallory", { loop: false });
  for (const other of [carol, mallory]) await pair(alice, other);
  for (const title of ["one", "two", "three"]) {
    alice.store.memories.remember({ kind: "decision", title, body: title });
  }
  carol.store.memories.remember({ kind: "decision", title: "of carol", body: "kept" });
  const before = contents(alice.store);

  await claimToHoldAll(mallory, alice);
  const believed = reportOf(alice, mallory);
  assertEquals([believed.state, believed.behind, believed.ahead], ["ok", 0, 0]);
  assert(believed.identicalAt !== null);
  assertEquals(contents(alice.store), before);
  assertEquals(mallory.store.log.snapshot().digest.live, 0, "it was handed what it says it has");

  // Nobody else is told less for it.
  assertEquals((await sync(carol, alice)).result?.identical, true);
  assertEquals(contents(alice.store), contents(carol.store));
  assertEquals(Object.keys(contents(carol.store)).length, 4);

  // Nor is it lost to the liar, once it tells the truth: whichever of the two asks.
  assertEquals((await sync(alice, mallory)).result?.identical, true);
  assertEquals(contents(mallory.store), contents(alice.store));
});

Deno.test("a claim that is not of what is held here moves nothing", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using mallory = await startDevice("mallory", { loop: false });
  await pair(alice, mallory);
  alice.store.memories.remember({ kind: "decision", title: "one", body: "one" });
  const cursors = alice.store.cursors.of(mallory.store.deviceId);
  const { identicalAt } = reportOf(alice, mallory);
  await claimToHoldAll(mallory, alice, { live: 1_000_000 });
  const after = reportOf(alice, mallory);
  assertEquals([after.identicalAt, after.ahead], [identicalAt, 1]);
  assertEquals(alice.store.cursors.of(mallory.store.deviceId), cursors);
});

/** Has `liar` ask for the status of `victim` with the digest of the victim for its own. */
async function claimToHoldAll(
  liar: TestDevice,
  victim: TestDevice,
  changed: { readonly live?: number } = {},
): Promise<void> {
  const digest = { ...victim.store.log.snapshot().digest, ...changed };
  const target = statusTarget({ holding: { digest, head: HEAD } });
  const request = signed(liar.identity, { recipient: victim.store.deviceId, target });
  const { deviceId, certificatePem } = victim.identity;
  const answerer = { address: victim.address, identity: { deviceId, certificatePem } };
  const { status, json } = await send(answerer, request);
  assertEquals([status, json?.digest], [
    200,
    formatDigestSum(victim.store.log.snapshot().digest.sum),
  ]);
}

function reportOf({ store }: TestDevice, peer: TestDevice) {
  return peerReports(store).find(({ deviceId }) => deviceId === peer.store.deviceId)!;
}
