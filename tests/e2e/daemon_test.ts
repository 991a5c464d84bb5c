/** What running devices do by themselves. */
import { assert, assertEquals } from "@std/assert";
import { digestsEqual } from "../../lib/model/digest.ts";
import type { Peer } from "../../lib/store/peers/peers.ts";
import { openStore } from "../../lib/store/store.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/system/free_port.ts";

const DRAFT = { kind: "note", title: "zebra", body: "stripes" };

function holds(device: TestDevice, word = "zebra"): boolean {
  return device.store.memories.search({ text: word, limit: 1 }).length === 1;
}

function peerOf(device: TestDevice, other: TestDevice): Peer {
  return device.store.peers.find(other.store.deviceId)!;
}

/** Whether `device` knows that it holds the same as `other`. */
function knowsIdentical(device: TestDevice, other: TestDevice): boolean {
  const [ours, theirs] = [device, other].map(({ store }) => store.log.snapshot().digest);
  const { state, identicalLive } = peerOf(device, other);
  return digestsEqual(ours!, theirs!) && state === "ok" && identicalLive === ours!.live;
}

Deno.test("what is written on one device is on the other, and both know it", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  alice.store.memories.remember(DRAFT);
  await eventually("bob holds it", () => holds(bob));
  bob.store.memories.remember({ ...DRAFT, title: "walrus" });
  await eventually("alice holds the other one", () => holds(alice, "walrus"));
  await eventually("alice knows", () => knowsIdentical(alice, bob));
  await eventually("bob knows", () => knowsIdentical(bob, alice));
});

Deno.test("what another process writes or pairs is taken up, told of or not", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const other = openStore({ path: alice.paths.database });
  other.memories.remember(DRAFT);
  await eventually("bob holds it", () => holds(bob));
  other.peers.remove(bob.store.deviceId);
  other.close();
  await eventually("bob is refused", () => peerOf(bob, alice).state === "auth_failed");
});

Deno.test("what one peer hands over is handed on to the others at once", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using carol = await startDevice("carol");
  await pair(alice, bob);
  await pair(bob, carol);
  alice.store.memories.remember(DRAFT);
  await eventually("carol holds it", () => holds(carol));
  await eventually(
    "bob knows of both",
    () => knowsIdentical(bob, alice) && knowsIdentical(bob, carol),
  );
});

Deno.test("a device that cannot be dialled receives at once, and is not called offline", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await eventually("bob waits at alice", () => knowsIdentical(alice, bob));
  // Nobody listens where alice would look for bob from now on.
  await bob.runtime.apply({ ...bob.settings, syncPort: freePort() });
  await eventually("alice has tried in vain", () => {
    const [last] = alice.store.attempts.list({ limit: 1 });
    return last?.errorCode === "unreachable";
  });
  alice.store.memories.remember(DRAFT);
  await eventually("bob holds it", () => holds(bob));
  await eventually("alice knows", () => knowsIdentical(alice, bob));
  bob.store.memories.remember({ ...DRAFT, title: "walrus" });
  await eventually("alice holds bob's", () => holds(alice, "walrus"));
  await eventually("alice knows again", () => knowsIdentical(alice, bob));
  assertEquals(peerOf(alice, bob).lastError, null);
});

Deno.test("a device that ends is offline, and well again when it is back", async () => {
  await using alice = await startDevice("alice");
  const bob = await startDevice("bob");
  await pair(alice, bob);
  await eventually("alice knows", () => knowsIdentical(alice, bob));
  const { runtime } = bob;
  await runtime.close();
  await eventually("alice sees it", () => peerOf(alice, bob).state === "offline");
  await bob.restart();
  await eventually("alice knows again", () => knowsIdentical(alice, bob));
  await bob[Symbol.asyncDispose]();
});

Deno.test("a peer that stays away costs no write to the database", async () => {
  await using alice = await startDevice("alice");
  {
    await using bob = await startDevice("bob");
    await pair(alice, bob);
    await eventually("alice knows", () => knowsIdentical(alice, bob));
  }
  const attempts = () => alice.store.attempts.list({ limit: 10 });
  await eventually("alice sees it", () => attempts()[0]?.ok === false);
  const before = await stamps(alice);
  // The second attempt comes after two seconds, the third after six.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  assertEquals(await stamps(alice), before);
  assertEquals(attempts()[0]!.repeats, 1);
});

Deno.test("a device that is stopped while others wait at it ends in time", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await eventually("both know", () => knowsIdentical(alice, bob) && knowsIdentical(bob, alice));
  const startedMs = performance.now();
  await alice.runtime.close();
  const tookMs = performance.now() - startedMs;
  // They would have waited for 25 s.
  assert(tookMs < 20_000, `It took ${Math.round(tookMs)} ms`);
});

/** Size and time of change of the files of a database. */
async function stamps({ paths }: TestDevice): Promise<unknown[]> {
  return await Promise.all(["", "-wal"].map(async (suffix) => {
    const { size, mtime } = await Deno.stat(`${paths.database}${suffix}`);
    return [suffix, size, mtime?.getTime()];
  }));
}
