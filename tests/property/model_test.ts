/** Laws of the model that hold for whatever values there are. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addressScope, formatAddress, parseAddress } from "../../lib/model/address.ts";
import { canonicalJson } from "../../lib/model/canonical_json.ts";
import { type Clock, compareClocks } from "../../lib/model/clock.ts";
import { formatCursor, parseCursor } from "../../lib/model/cursor.ts";
import { cleanDeviceName, isDeviceId, MAX_DEVICE_NAME } from "../../lib/model/device.ts";
import { addVersion, EMPTY_DIGEST, removeVersion, type Version } from "../../lib/model/digest.ts";
import { DERIVED_TITLE_LENGTH, type MemoryContent, titleOf } from "../../lib/model/memory.ts";
import { composeOp, decodeOp, isEntityId, type Op } from "../../lib/model/op.ts";
import { formatTimestamp, isTimestamp, normalizeTimestamp } from "../../lib/model/timestamp.ts";

const anyText = fc.string({ unit: "binary" });
const storable = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
const timestamp = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
}).map((date) => formatTimestamp(date.getTime()));
const deviceId = fc.constantFrom("laptop", "desk", "a", "Z:9");
const clock: fc.Arbitrary<Clock> = fc.record({
  rev: fc.nat({ max: 5 }),
  updatedAt: fc.oneof(timestamp, fc.constant("2026-01-02T03:04:05.678Z")),
  deviceId,
});
const known = [
  ...["kind", "title", "body", "subtitle", "narrative", "project", "confidence", "active"],
  ...["created_at", "origin_device_id"],
  ...["facts", "concepts", "files_read", "files_modified", "tags"],
];
const extra = fc.dictionary(
  fc.oneof(storable, fc.constantFrom("__proto__", "constructor", "toString", "toJSON")),
  fc.jsonValue({ maxDepth: 4 }),
).map((members) =>
  Object.fromEntries(
    Object.entries(JSON.parse(JSON.stringify(members))).filter(([name]) => !known.includes(name)),
  ) as MemoryContent["extra"]
).filter((members) => canonicalJson(members) !== undefined);
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const list = fc.array(storable, { maxLength: 4 });
const content: fc.Arbitrary<MemoryContent> = fc.record({
  kind: storable.filter((kind) => kind !== ""),
  title: storable,
  body: storable,
  subtitle: nullable(storable),
  narrative: nullable(storable),
  facts: list,
  concepts: list,
  filesRead: list,
  filesModified: list,
  tags: list,
  project: nullable(storable),
  confidence: nullable(fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)),
  active: fc.boolean(),
  createdAt: timestamp,
  originDeviceId: nullable(deviceId),
  extra,
});
const op: fc.Arbitrary<Op> = fc.record({
  opId: fc.uuid(),
  entityId: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter(isEntityId),
  content: nullable(content),
  clock,
  deviceId,
  createdAt: timestamp,
}).map((parts) => composeOp(parts)!);

function toJson(op: Op): string {
  return JSON.stringify({
    op_id: op.opId,
    entity_type: op.entityType,
    entity_id: op.entityId,
    op_type: op.opType,
    payload: op.payload === null ? null : JSON.parse(op.payload),
    clock: {
      rev: op.clock.rev,
      updated_at: op.clock.updatedAt,
      device_id: op.clock.deviceId,
    },
    device_id: op.deviceId,
    created_at: op.createdAt,
  });
}

Deno.test("an op comes back from its JSON as it was, fields of a newer version included", () => {
  fc.assert(fc.property(op, (op) => {
    assertEquals(decodeOp(JSON.parse(toJson(op))), { op });
  }));
});

Deno.test("whatever comes as an op is read or kept aside, and never throws", () => {
  const hostile = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true }),
    fc.jsonValue(),
  );
  fc.assert(fc.property(hostile, (value) => {
    const { op, quarantined } = decodeOp(value);
    assert((op === undefined) !== (quarantined === undefined));
  }));
});

Deno.test("an op with one member replaced is read or kept aside with its bytes", () => {
  const names = ["op_id", "entity_type", "entity_id", "op_type", "payload", "clock", "device_id"];
  const path = fc.oneof(
    fc.constantFrom(...names, "created_at").map((name) => [name]),
    fc.constantFrom("rev", "updated_at", "device_id").map((name) => ["clock", name]),
    fc.constantFrom(...known).map((name) => ["payload", name]),
  );
  fc.assert(
    fc.property(op, path, fc.jsonValue(), (op, [first, second], replacement) => {
      const value = JSON.parse(toJson(op));
      const target = second === undefined ? value : value[first!] ?? {};
      target[second ?? first!] = JSON.parse(JSON.stringify(replacement));
      const decoded = decodeOp(value);
      if (decoded.op === undefined) assertEquals(JSON.parse(decoded.quarantined.raw), value);
      else assert(canonicalJson(JSON.parse(toJson(decoded.op))) !== undefined);
    }),
  );
});

Deno.test("canonical JSON is one text for one value, whatever the order of its members", () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, shuffled(v)]));
  };
  fc.assert(fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
    const text = canonicalJson(value)!;
    assertEquals(canonicalJson(JSON.parse(text)), text);
    assertEquals(canonicalJson(shuffled(value)), text);
  }));
});

Deno.test("canonical JSON never throws", () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true }), (value) => {
    const text = canonicalJson(value);
    assert(text === undefined || typeof JSON.parse(text) !== "undefined");
  }));
});

Deno.test("the order of clocks is total: antisymmetric, transitive, and zero for the same alone", () => {
  fc.assert(fc.property(clock, clock, clock, (a, b, c) => {
    assertEquals(Math.sign(compareClocks(a, b)), -Math.sign(compareClocks(b, a)) + 0);
    if (compareClocks(a, b) <= 0 && compareClocks(b, c) <= 0) assert(compareClocks(a, c) <= 0);
    const isSame = canonicalJson(a) === canonicalJson(b);
    assertEquals(compareClocks(a, b) === 0, isSame);
  }));
});

const version: fc.Arbitrary<Version> = fc.record({
  entityId: fc.uuid(),
  opType: fc.constantFrom("upsert" as const, "delete" as const),
  clock,
  payloadHash: fc.constantFrom("", "ab".repeat(32)),
});

Deno.test("a digest does not depend on the order in which versions came", () => {
  const shuffles = fc.array(version, { maxLength: 20 }).chain((versions) =>
    fc.tuple(
      fc.constant(versions),
      fc.shuffledSubarray(versions, { minLength: versions.length }),
    )
  );
  fc.assert(fc.property(shuffles, ([versions, shuffled]) => {
    assertEquals(
      shuffled.reduce(addVersion, EMPTY_DIGEST),
      versions.reduce(addVersion, EMPTY_DIGEST),
    );
  }));
});

Deno.test("versions taken out in any order leave the digest of the others", () => {
  fc.assert(fc.property(fc.array(version), fc.array(version), (kept, gone) => {
    const all = [...kept, ...gone].reduce(addVersion, EMPTY_DIGEST);
    assertEquals(
      gone.toReversed().reduce(removeVersion, all),
      kept.reduce(addVersion, EMPTY_DIGEST),
    );
  }));
});

Deno.test("a timestamp is canonical or nothing, and canonical ones read as themselves", () => {
  fc.assert(fc.property(fc.oneof(anyText, timestamp), (text) => {
    const canonical = normalizeTimestamp(text);
    if (canonical === undefined) return;
    assert(isTimestamp(canonical));
    assertEquals(normalizeTimestamp(canonical), canonical);
  }));
  fc.assert(fc.property(timestamp, (text) => assertEquals(normalizeTimestamp(text), text)));
});

Deno.test("the order of canonical timestamps as texts is the order of the instants", () => {
  fc.assert(fc.property(timestamp, timestamp, (a, b) => {
    assertEquals(a < b, Date.parse(a) < Date.parse(b));
  }));
});

Deno.test("a cursor comes back from its text", () => {
  const epoch = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 16, maxLength: 16 });
  fc.assert(fc.property(epoch, fc.maxSafeNat(), (digits, seq) => {
    const cursor = { epoch: digits.join(""), seq };
    assertEquals(parseCursor(formatCursor(cursor)), cursor);
  }));
  fc.assert(fc.property(anyText, (text) => {
    const cursor = parseCursor(text);
    assert(cursor === undefined || formatCursor(cursor) === text);
  }));
});

Deno.test("an address has one spelling, which reads as itself", () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), fc.domain(), anyText);
  fc.assert(fc.property(host, fc.nat({ max: 70_000 }), (host, port) => {
    for (const text of [host, `${host}:${port}`, `[${host}]:${port}`, `http://${host}:${port}/`]) {
      const address = parseAddress(text, 7337);
      if (address === undefined) continue;
      assertEquals(parseAddress(formatAddress(address)), address);
      assert(typeof addressScope(address.host) === "string");
    }
  }));
});

Deno.test("a device name is clean after it was cleaned once", () => {
  fc.assert(fc.property(anyText, (text) => {
    const name = cleanDeviceName(text);
    if (name === undefined) return;
    assertEquals(cleanDeviceName(name), name);
    assert(Array.from(name).length <= MAX_DEVICE_NAME);
    assert(!/[\p{Cc}\p{Cf}\n]/u.test(name));
  }));
});

Deno.test("a title is one line of bounded length", () => {
  fc.assert(fc.property(anyText, (text) => {
    const title = titleOf(text);
    assert(Array.from(title).length <= DERIVED_TITLE_LENGTH);
    assert(!/[\r\n\u2028\u2029]/.test(title));
  }));
});

Deno.test("device ids hold nothing that could end a line", () => {
  fc.assert(fc.property(anyText, (text) => assert(!isDeviceId(text) || !/\s/.test(text))));
});
