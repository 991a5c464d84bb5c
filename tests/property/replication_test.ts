import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "../../lib/model/clock.ts";
import type { Version } from "../../lib/model/digest.ts";
import { digestsEqual } from "../../lib/model/digest.ts";
import { compareVersions, judge } from "../../lib/replication/merge.ts";
import type { Store } from "../../lib/store/store.ts";
import { contents, memoryStore, wireOps } from "../support/devices/stores.ts";

/** So few of each that versions of one memory often have parts in common, or all of them. */
const deviceId = fc.constantFrom("a", "b", "c");
const instant = fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z");
const rev = fc.integer({ min: 1, max: 3 });
const entityId = fc.constantFrom("m1", "m2", "m3");
const clock = fc.record({ rev, updatedAt: instant, deviceId });

const version: fc.Arbitrary<Version> = fc.oneof(
  fc.record({
    entityId: fc.constant("m"),
    opType: fc.constant("upsert" as const),
    clock,
    payloadHash: fc.constantFrom("1", "2"),
  }),
  fc.record({
    entityId: fc.constant("m"),
    opType: fc.constant("delete" as const),
    clock,
    payloadHash: fc.constant(""),
  }),
);

/** The version that stands when `candidate` meets `current`. */
function merge(current: Version | undefined, candidate: Version): Version {
  return judge(current, candidate) === "apply" ? candidate : current!;
}

Deno.test("merging does not depend on the order of two versions", () => {
  fc.assert(fc.property(version, version, (a, b) => {
    assertEquals(merge(a, b), merge(b, a));
  }));
});

Deno.test("merging does not depend on how versions are grouped", () => {
  fc.assert(fc.property(version, version, version, (a, b, c) => {
    assertEquals(merge(merge(a, b), c), merge(a, merge(b, c)));
  }));
});

Deno.test("merging a version once more changes nothing", () => {
  fc.assert(fc.property(version, version, (a, b) => {
    assertEquals(merge(a, a), a);
    assertEquals(merge(merge(a, b), b), merge(a, b));
    assertEquals(judge(a, a), "duplicate");
  }));
});

Deno.test("versions have one order, in which equal ones are the same", () => {
  fc.assert(fc.property(version, version, version, (a, b, c) => {
    const sign = (x: Version, y: Version) => Math.sign(compareVersions(x, y));
    // Adding zero makes one of the two zeros of numbers.
    assertEquals(sign(a, b) + 0, -sign(b, a) + 0);
    if (sign(a, b) <= 0 && sign(b, c) <= 0) assert(sign(a, c) <= 0);
    if (sign(a, b) === 0) assertEquals(a, b);
  }));
});

interface WireClock {
  readonly rev: number;
  readonly updated_at: string;
  readonly device_id: string;
}

/** An op as it arrives; its id says all that it holds, as ids of honest devices do. */
function wireOp(entity: string, at: Clock, title: string | null) {
  const wireClock: WireClock = {
    rev: at.rev,
    updated_at: at.updatedAt,
    device_id: at.deviceId,
  };
  return {
    op_id: [entity, at.rev, at.updatedAt, at.deviceId, title ?? "deleted"].join(" "),
    entity_type: "memory",
    entity_id: entity,
    op_type: title === null ? "delete" : "upsert",
    payload: title === null ? null : { kind: "note", title, body: `body of ${title}` },
    clock: wireClock,
    device_id: at.deviceId,
    created_at: at.updatedAt,
  };
}

const op = fc.tuple(entityId, clock, fc.option(fc.constantFrom("red", "green"))).map((parts) =>
  wireOp(...parts)
);

/** A delivery: all of the ops, some of them twice, in any order, on pages of any sizes. */
function deliveryOf<T>(ops: readonly T[]): fc.Arbitrary<T[][]> {
  const again = fc.subarray([...ops]);
  const order = again.chain((twice) => {
    const all = [...ops, ...twice];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 30, maxLength: 30 });
  return fc.tuple(order, sizes).map(([ordered, pageSizes]) => {
    const pages: T[][] = [];
    for (let start = 0; start < ordered.length;) {
      const size = pageSizes[pages.length] ?? 7;
      pages.push(ordered.slice(start, start + size));
      start += size;
    }
    return pages;
  });
}

function storeThatTook(pages: readonly (readonly unknown[])[]): Store {
  const store = memoryStore();
  for (const page of pages) {
    const { applied, stale, duplicate, quarantined } = store.apply(page, { peerDeviceId: "peer" });
    assertEquals(applied + stale + duplicate + quarantined.length, page.length);
  }
  return store;
}

const withTwoDeliveries = fc.array(op, { minLength: 1, maxLength: 14 }).chain((ops) =>
  fc.record({ ops: fc.constant(ops), one: deliveryOf(ops), other: deliveryOf(ops) })
);

Deno.test("any order, repetition and page size of the same ops ends with the same memories", () => {
  fc.assert(
    fc.property(withTwoDeliveries, ({ one, other }) => {
      const [a, b] = [storeThatTook(one), storeThatTook(other)];
      assertEquals(contents(a), contents(b));
      assert(digestsEqual(a.stats().digest, b.stats().digest));
      assert(a.digestHolds() && b.digestHolds());
      assertEquals([a.quarantine.count(), b.quarantine.count()], [0, 0]);
    }),
    { numRuns: 150 },
  );
});

Deno.test("what stands is the greatest version that arrived, and it is the one handed on", () => {
  fc.assert(
    fc.property(withTwoDeliveries, ({ one }) => {
      const store = storeThatTook(one);
      const relayed = storeThatTook([wireOps(store)]);
      assertEquals(contents(relayed), contents(store));
      const standing = [...store.versions()];
      assertEquals(wireOps(store).length, standing.length);
      for (const each of standing) {
        const clocks = one.flat().filter(({ entity_id: id }) => id === each.entityId)
          .map(({ clock }) => `${clock.rev} ${clock.updated_at} ${clock.device_id}`).sort();
        const { rev, updatedAt, deviceId } = each.clock;
        assertEquals(clocks.at(-1), `${rev} ${updatedAt} ${deviceId}`);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("stores that exchange what they have in any order end the same", () => {
  const exchanges = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.array(op, { maxLength: 6 }), { minLength: 3, maxLength: 3 }),
      exchanges,
      (
        parts,
        order,
      ) => {
        const stores = parts.map((ops) => storeThatTook([ops]));
        const everyPair = [[0, 1], [1, 2], [2, 1], [1, 0]] as const;
        for (const [from, to] of [...order, ...everyPair]) {
          if (from === to) continue;
          stores[to]!.apply(wireOps(stores[from]!), { peerDeviceId: `peer ${from}` });
        }
        for (const store of stores) assertEquals(contents(store), contents(stores[0]!));
      },
    ),
    { numRuns: 80 },
  );
});

Deno.test("after a delete only a strictly newer upsert brings a memory back", () => {
  fc.assert(
    fc.property(clock, fc.array(clock, { maxLength: 6 }), fc.boolean(), (at, others, last) => {
      const deletion = wireOp("m", at, null);
      const upserts = others.map((each) => wireOp("m", each, "red"));
      const store = storeThatTook([last ? [...upserts, deletion] : [deletion, ...upserts]]);
      const isNewer = (each: typeof at) =>
        compareVersions(
          { entityId: "m", opType: "upsert", clock: each, payloadHash: "" },
          { entityId: "m", opType: "delete", clock: at, payloadHash: "" },
        ) > 0;
      assertEquals(store.stats().digest.live, others.some(isNewer) ? 1 : 0);
    }),
    { numRuns: 150 },
  );
});

/** Ops of which one member is something else altogether. */
const spoiled = fc.tuple(
  op,
  fc.constantFrom(
    ...["op_id", "entity_type", "entity_id", "op_type", "payload", "clock", "device_id"],
    "created_at",
  ),
  fc.oneof(fc.anything(), fc.jsonValue(), fc.string({ unit: "binary" })),
).map(([good, name, value]) => ({ ...good, [name]: value }));

const spoiledPayload = fc.tuple(
  op,
  fc.oneof(
    fc.constantFrom("kind", "title", "body", "facts", "confidence", "__proto__"),
    fc.string(),
  ),
  fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" })),
).map(([good, name, value]) => ({
  ...good,
  op_type: "upsert",
  payload: { kind: "note", title: "t", body: "b", [name]: value },
}));

const hostile = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true }),
  fc.jsonValue(),
  spoiled,
  spoiledPayload,
  op,
);

Deno.test("whatever a page holds ends applied, stale, duplicate or quarantined, never thrown", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 8 }), (page) => {
      const store = storeThatTook([page, page]);
      assert(store.digestHolds());
      assertEquals(store.integrityProblems(), []);
      store.quarantine.retry();
      for (const { title } of store.memories.recent({ limit: 20 })) {
        store.memories.search({ text: title, limit: 5 });
      }
      // What was taken from it can be handed on, and is taken in the same way.
      const next = storeThatTook([wireOps(store)]);
      assertEquals(next.quarantine.count(), 0);
      assertEquals(contents(next), contents(store));
    }),
    { numRuns: 400 },
  );
});

Deno.test("what a hostile page left can be edited and forgotten like anything else", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(spoiledPayload, op), { maxLength: 6 }), (page) => {
      const store = storeThatTook([page]);
      for (const { id } of [...store.memories.all()]) {
        store.memories.edit(id, { title: "edited" });
        store.memories.forget([id]);
      }
      assertEquals(store.stats().digest.live, 0);
      assert(store.digestHolds());
    }),
    { numRuns: 80 },
  );
});
