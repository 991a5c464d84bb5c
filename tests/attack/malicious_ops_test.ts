import { assert, assertEquals } from "@std/assert";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { pageOf, startMaliciousPeer } from "../support/attackers/malicious_peer.ts";
import { send, signed } from "../support/attackers/raw_client.ts";

const WRITER = "77777777-7777-4777-8777-777777777777";

interface OpJson {
  readonly op_id: string;
  readonly entity_id: string;
  readonly payload: unknown;
  readonly [member: string]: unknown;
}

/** Ops that must not be applied, by the reason they are kept aside for. */
const REFUSED: Readonly<Record<string, readonly [op: unknown, reason: string]>> = {
  "rev 2^53": [op({}, { rev: 2 ** 53 }), "invalid_clock"],
  "rev above all revisions": [op({}, { rev: 2 ** 40 + 1 }), "invalid_clock"],
  "rev below zero": [op({}, { rev: -1 }), "invalid_clock"],
  "rev in a text": [op({}, { rev: "1" }), "invalid_clock"],
  "rev with a fraction": [op({}, { rev: 1.5 }), "invalid_clock"],
  "an instant that is none": [op({}, { updated_at: "2026-02-30T00:00:00.000Z" }), "invalid_clock"],
  "an instant in another form": [op({}, { updated_at: "2026-02-03T00:00:00Z" }), "invalid_clock"],
  "a writer that is none": [op({}, { device_id: "a\nb" }), "invalid_clock"],
  "a lone surrogate": [op({ title: "\ud800" }), "invalid_payload"],
  "a lone surrogate in a name": [op({ "\udfff": 1 }), "invalid_payload"],
  "NUL": [op({ body: "before\u0000after" }), "invalid_payload"],
  "NUL in a list": [op({ tags: ["a\u0000"] }), "invalid_payload"],
  "a title that is an object": [op({ title: { toString: "x" } }), "invalid_payload"],
  "no payload": [{ ...op({}), payload: null }, "invalid_payload"],
  "3 MiB": [op({ body: "x".repeat(3 * 1024 * 1024) }), "too_large"],
  "another entity": [{ ...op({}), entity_type: "__proto__" }, "unknown_entity_type"],
  "another op": [{ ...op({}), op_type: "constructor" }, "unknown_op_type"],
  "an id with a line break": [{ ...op({}), entity_id: "a\nb" }, "invalid_op"],
  "an id without end": [{ ...op({}), entity_id: "x".repeat(10_000) }, "invalid_op"],
  "a number": [666, "invalid_op"],
  "null": [null, "invalid_op"],
  "a list": [[], "invalid_op"],
};

Deno.test("ops that cannot be applied are kept aside, each with its reason", async () => {
  await using alice = await startDevice("alice", { loop: false });
  let ops: readonly unknown[] = [];
  await using mallory = await startMaliciousPeer(
    alice,
    ({ url }) => url.includes("/v1/ops?") ? pageOf(ops) : undefined,
  );
  for (const [what, [op, reason]] of Object.entries(REFUSED)) {
    ops = [op];
    const before = new Set(alice.store.quarantine.list(1_000).map(({ opId }) => opId));
    const { error, attempt } = await mallory.sync();
    assertEquals([error, attempt.ok], [undefined, true], what);
    const kept = alice.store.quarantine.list(1_000).filter(({ opId }) => !before.has(opId));
    assertEquals(kept.map((each) => each.reason), [reason], what);
    assertUnharmed(alice, 0);
  }
});

Deno.test("ops that are pushed are judged like ops that are pulled", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  for (const [what, [op, reason]] of Object.entries(REFUSED)) {
    const { status, json } = await push(alice, bob, [op]);
    assertEquals([status, json?.applied], [200, 0], what);
    const reasons = (json!.quarantined as { reason: string }[]).map((each) => each.reason);
    assertEquals(reasons, [reason], what);
  }
  assertUnharmed(alice, 0);
});

Deno.test("a peer that hands out nothing but what cannot be read is stopped, in words, and no other", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  let page = 0;
  await using mallory = await startMaliciousPeer(alice, ({ url }) => {
    if (!url.includes("/v1/ops?")) return undefined;
    const ops = Array.from({ length: 2_000 }, (_, index) => ({ op_id: `bad ${page} ${index}` }));
    return pageOf(ops, { next_cursor: `aaaaaaaaaaaaaaaa.${++page}`, has_more: true });
  });
  const { error } = await mallory.sync();
  assertEquals(error?.code, "quarantine_full");
  const kept = alice.store.quarantine.count();
  assert(kept > 0 && kept <= 20_000, `${kept} are kept`);
  const { state, lastError } = alice.store.peers.find(mallory.holder.deviceId)!;
  assertEquals([state, lastError], ["incompatible", error?.message]);
  assertEquals((await push(alice, bob, [op({}), {}])).json?.applied, 1);
  assertUnharmed(alice, 1);
});

Deno.test("an op id that names another op is no way to smuggle one in", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const first = op({ title: "first" });
  assertEquals((await push(alice, bob, [first])).json?.applied, 1);
  const other = { ...op({ title: "other" }), op_id: first.op_id };
  const { json } = await push(alice, bob, [other, { ...first, payload: other.payload }]);
  assertEquals([json?.applied, json?.live], [0, 1]);
  assertEquals(alice.store.memories.find(first.entity_id)?.title, "first");
  assertEquals(alice.store.memories.find(other.entity_id), undefined);
  assertUnharmed(alice, 1);
});

Deno.test("the strangest ops that can be applied harm nothing and are passed on as they are", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await pair(alice, bob);
  await pair(alice, carol);
  const strange = [
    op(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')),
    op({ title: "toString", tags: ["__proto__"], valueOf: 1, hasOwnProperty: null }),
    op({ title: "", body: "", facts: [""] }),
    op({ title: "\u202eevil\u0007\u001b[2J", body: "<script>alert(1)</script>'; DROP TABLE x;--" }),
    op({ body: "x".repeat(2 * 1024 * 1024 - 300) }),
    op({ deep: nested(25) }),
    op({ title: "future" }, { updated_at: "9999-12-31T23:59:59.999Z" }),
    op({ title: "past" }, { updated_at: "0001-01-01T00:00:00.000Z", rev: 0 }),
    op({ confidence: -1e308 }),
  ];
  const { json } = await push(alice, bob, strange);
  assertEquals([json?.applied, json?.quarantined], [strange.length, []]);
  assertEquals(({} as Record<string, unknown>).polluted, undefined);
  assertUnharmed(alice, strange.length);

  const relayed = await sync(carol, alice);
  assertEquals([relayed.error, relayed.result?.identical], [undefined, true]);
  assertUnharmed(carol, strange.length);
  for (const { entity_id: id } of strange) {
    const edited = carol.store.memories.edit(id, { title: "carol's" });
    assertEquals(edited.title, "carol's");
  }
  const back = await sync(carol, alice);
  assertEquals([back.error, back.result?.identical], [undefined, true]);
  for (const { entity_id: id } of strange) {
    assertEquals(alice.store.memories.find(id)?.title, "carol's");
  }
  assertUnharmed(alice, strange.length);
});

Deno.test("a memory at the end of all revisions can still be changed and forgotten", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const last = op({ title: "last" }, { rev: 2 ** 40 });
  assertEquals((await push(alice, bob, [last])).json?.applied, 1);
  alice.store.memories.edit(last.entity_id, { title: "changed" });
  assertEquals(alice.store.memories.find(last.entity_id)?.title, "changed");
  alice.store.memories.forget([last.entity_id]);
  assertEquals((await sync(bob, alice)).result?.identical, true);
  assertUnharmed(bob, 0);
});

function op(payload: object, clock: Readonly<Record<string, unknown>> = {}): OpJson {
  const writtenAt = "2026-01-02T03:04:05.678Z";
  return {
    op_id: crypto.randomUUID(),
    entity_type: "memory",
    entity_id: crypto.randomUUID(),
    op_type: "upsert",
    payload: { kind: "decision", title: "title", body: "body", created_at: writtenAt, ...payload },
    clock: { rev: 1, updated_at: writtenAt, device_id: WRITER, ...clock },
    device_id: WRITER,
    created_at: writtenAt,
  };
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { in: nested(depth - 1) };
}

async function push(alice: TestDevice, bob: TestDevice, ops: readonly unknown[]) {
  return await send(
    alice,
    signed(bob.identity, {
      recipient: alice.store.deviceId,
      method: "POST",
      target: "/v1/ops",
      body: JSON.stringify({ ops }),
    }),
  );
}

function assertUnharmed({ store }: TestDevice, live: number): void {
  assertEquals(store.log.snapshot().digest.live, live);
  assertEquals([...store.memories.all()].length, live);
  assert(store.digestHolds());
}
