import { assertEquals } from "@std/assert";
import { openStore } from "../../lib/store/store.ts";
import { dial } from "../../lib/sync/ask/dial.ts";
import { pair, startDevice, sync } from "../support/devices/device.ts";
import { headText } from "../support/devices/stores.ts";
import { holdRequest } from "../support/attackers/held_request.ts";
import { send, signed } from "../support/attackers/raw_client.ts";

/** A device that only answers: what is tested does not happen by itself. */
const QUIET = { loop: false };

Deno.test("who waits for ops is answered when there are some, whoever wrote them", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const waiting = await holdRequest(alice, bob);
  // Another process of the same device.
  const other = openStore({ path: alice.paths.database });
  other.memories.remember({ kind: "decision", title: "written elsewhere", body: "x" });
  other.close();
  const { status, json } = await waiting.answer;
  const { payload } = (json!.ops as { payload: { title: string } }[])[0]!;
  assertEquals([status, payload.title, json!.has_more], [200, "written elsewhere", false]);
});

Deno.test("who waits for ops is answered when the device stops", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const waiting = await holdRequest(alice, bob);
  await alice.restart();
  const { status, json } = await waiting.answer;
  assertEquals([status, json?.ops], [200, []]);
});

for (const isWritten of [true, false]) {
  const news = isWritten ? "gets none of them" : "is told so, though there are none";
  Deno.test(`who is removed while it waits for ops ${news}`, async () => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    await pair(alice, bob);
    const waiting = await holdRequest(alice, bob);
    alice.store.peers.remove(bob.store.deviceId);
    if (isWritten) alice.store.memories.remember({ kind: "note", title: "for friends", body: "x" });
    const { status, json } = await waiting.answer;
    assertEquals([status, json?.error, json?.ops], [403, "peer_removed", undefined]);
  });
}

Deno.test("who goes on from a place is not answered with its own ops, and loses none by that", async () => {
  await using alice = await startDevice("alice", QUIET);
  await using bob = await startDevice("bob", QUIET);
  await pair(alice, bob);
  const before = headText(alice.store);
  bob.store.memories.remember({ kind: "note", title: "from bob", body: "x" });
  await sync(bob, alice);
  const ask = (target: string) =>
    send(alice, signed(bob.identity, { recipient: alice.store.deviceId, target }));
  for (const target of [`/v1/ops?since=${before}&wait=1`, `/v1/ops?since=${before}`]) {
    const { json } = await ask(target);
    assertEquals([json!.ops, json!.next_cursor], [[], headText(alice.store)], target);
  }
  const { json } = await ask("/v1/ops");
  assertEquals((json!.ops as unknown[]).length, 1, "who begins may have lost it");
});

Deno.test("who asks for what comes next has what came before, and says so to the log's owner", async () => {
  await using alice = await startDevice("alice", QUIET);
  await using bob = await startDevice("bob", QUIET);
  await pair(alice, bob);
  const peerDeviceId = bob.store.deviceId;
  alice.store.memories.remember({ kind: "note", title: "for bob", body: "x" });
  const head = alice.store.log.head();
  assertEquals(alice.store.cursors.pushedThrough(peerDeviceId, head.epoch) < head.seq, true);
  const target = `/v1/ops?since=${headText(alice.store)}`;
  await send(alice, signed(bob.identity, { recipient: alice.store.deviceId, target }));
  assertEquals(alice.store.cursors.pushedThrough(peerDeviceId, head.epoch), head.seq);
});

Deno.test("a status that is asked for tells the asked how the asker stands, and each the other's key", async () => {
  await using alice = await startDevice("alice", QUIET);
  await using bob = await startDevice("bob", QUIET);
  await pair(alice, bob);
  await sync(bob, alice);
  const seenByAlice = alice.store.peers.find(bob.store.deviceId)!;
  assertEquals([seenByAlice.state, seenByAlice.identicalLive], ["ok", 0]);
  assertEquals(seenByAlice.discoveryKey, bob.store.device.discoveryKey());
  const seenByBob = bob.store.peers.find(alice.store.deviceId)!;
  assertEquals(seenByBob.discoveryKey, alice.store.device.discoveryKey());
  bob.store.memories.remember({ kind: "note", title: "only here", body: "x" });
  const { session } = await dial(bob.context, seenByBob, { signal: AbortSignal.timeout(5_000) });
  const { seesYou } = await session.status();
  session.close();
  assertEquals(seesYou, "never", "alice has never dialled bob");
  assertEquals(alice.store.peers.find(bob.store.deviceId)!.behind, 1);
});
