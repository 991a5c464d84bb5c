import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { pair, startDevice, sync } from "../support/devices/device.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

const MINUTE_MS = 60_000;

for (
  const [name, skewMs] of [["10 minutes", 10 * MINUTE_MS], ["a day", 1_440 * MINUTE_MS]] as const
) {
  for (const [direction, sign] of [["ahead", 1], ["behind", -1]] as const) {
    Deno.test(`a clock that is ${name} ${direction} does not keep devices apart`, async () => {
      await using alice = await startDevice("alice", { loop: false });
      const offsetMs = sign * skewMs;
      await using bob = await startDevice("bob", {
        loop: false,
        nowMs: () => Date.now() + offsetMs,
      });
      alice.store.memories.remember({ kind: "decision", title: "from alice", body: "a" });
      const { id } = bob.store.memories.remember({ kind: "bugfix", title: "from bob", body: "b" });
      await pair(alice, bob);

      const there = await sync(alice, bob);
      assertEquals([there.error, there.result?.identical], [undefined, true]);
      assertNear(there.clockOffsetMs, offsetMs);
      assertNear(alice.store.peers.find(bob.store.deviceId)!.clockOffsetMs, offsetMs);
      const back = await sync(bob, alice);
      assertEquals([back.error, back.result?.identical], [undefined, true]);
      assertNear(bob.store.peers.find(alice.store.deviceId)!.clockOffsetMs, -offsetMs);

      // The later change wins by its revision, whatever the clocks say.
      alice.store.memories.edit(id, { title: "changed by alice" });
      await sync(bob, alice);
      assertEquals(bob.store.memories.find(id)?.title, "changed by alice");
      assert(alice.store.digestHolds() && bob.store.digestHolds());
    });
  }
}

Deno.test("a clock that is set right again is noticed", async () => {
  await using alice = await startDevice("alice", { loop: false });
  let skewMs = 0;
  await using bob = await startDevice("bob", { loop: false, nowMs: () => Date.now() + skewMs });
  await pair(alice, bob);
  skewMs = 20 * MINUTE_MS;
  assertNear((await sync(alice, bob)).clockOffsetMs, skewMs);
  skewMs = 0;
  const { error, clockOffsetMs } = await sync(alice, bob);
  assertEquals(error, undefined);
  assertNear(clockOffsetMs, 0);
});

Deno.test("a person is warned of a clock that is off", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await startDevice("bob", { nowMs: () => Date.now() + 1_440 * MINUTE_MS });
  const { payload } = makeInvite(bob.context, {
    addresses: [bob.address],
    replaceKey: false,
    pinned: false,
  });
  assertEquals((await alice.accept(payload)).code, 0);
  const { code, stderr } = await alice.run(["sync", "once"]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /^codemem: warning: the clock of bob is 86\d{3} s ahead of this one\n$/);
});

/** Whole seconds go over the wire, and a busy machine takes its time. */
function assertNear(actualMs: number, expectedMs: number): void {
  assert(Math.abs(actualMs - expectedMs) < 30_000, `${actualMs} ms is not about ${expectedMs} ms`);
}
