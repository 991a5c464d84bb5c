import { assertEquals } from "@std/assert";
import { openStore } from "../../lib/store/store.ts";
import { pair, startDevice, type TestDevice } from "../support/device.ts";
import { type RawResponse, send, signed } from "../support/raw_client.ts";

Deno.test("who waits for ops is answered when there are some, whoever wrote them", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const waiting = waitForOps(alice, bob);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Another process of the same device.
  const other = openStore({ path: alice.paths.database });
  other.memories.remember({ kind: "decision", title: "written elsewhere", body: "x" });
  other.close();
  const { status, json } = await waiting;
  const { payload } = (json!.ops as { payload: { title: string } }[])[0]!;
  assertEquals([status, payload.title, json!.has_more], [200, "written elsewhere", false]);
});

Deno.test("who waits for ops is answered when the device stops", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const waiting = waitForOps(alice, bob);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await alice.restart();
  const { status, json } = await waiting;
  assertEquals([status, json?.ops], [200, []]);
});

for (const isWritten of [true, false]) {
  const news = isWritten ? "gets none of them" : "is told so, though there are none";
  Deno.test(`who is removed while it waits for ops ${news}`, async () => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    await pair(alice, bob);
    const waiting = waitForOps(alice, bob);
    await new Promise((resolve) => setTimeout(resolve, 300));
    alice.store.peers.remove(bob.store.deviceId);
    if (isWritten) alice.store.memories.remember({ kind: "note", title: "for friends", body: "x" });
    const { status, json } = await waiting;
    assertEquals([status, json?.error, json?.ops], [403, "peer_removed", undefined]);
  });
}

/** Asks for what comes after the end of the log, and gives up before the device would. */
async function waitForOps(alice: TestDevice, bob: TestDevice): Promise<RawResponse> {
  const since = alice.store.log.headText();
  const target = `/v1/ops?since=${since}&wait=25`;
  const answer = send(alice, signed(bob.identity, { recipient: alice.store.deviceId, target }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("It was not answered")), 15_000);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
