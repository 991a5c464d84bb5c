import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { type JsonObject, MAX_DEPTH } from "./canonical_json.ts";
import { MAX_PAYLOAD_BYTES, newContent } from "./memory.ts";
import { composeOp, decodeOp, hashPayload, isEntityId, legacyOpId } from "./op.ts";

const content = newContent({
  kind: "decision",
  title: "Use tabs",
  body: "They are wide",
  createdAt: "2026-01-01T00:00:00.000Z",
});
const parts = {
  opId: "op-1",
  entityId: "m1",
  clock: { rev: 1, updatedAt: "2026-01-02T03:04:05.678Z", deviceId: "laptop" },
  deviceId: "laptop",
  createdAt: "2026-01-02T03:04:05.678Z",
};
const payload: JsonObject = { kind: "decision", title: "Use tabs", body: "They are wide" };
const json: JsonObject = {
  op_id: "op-1",
  entity_type: "memory",
  entity_id: "m1",
  op_type: "upsert",
  payload,
  clock: { rev: 1, updated_at: "2026-01-02T03:04:05.678Z", device_id: "laptop" },
  device_id: "laptop",
  created_at: "2026-01-02T03:04:05.678Z",
};

Deno.test("an op that writes a memory carries its payload, one that deletes it carries none", () => {
  const upsert = composeOp({ ...parts, content })!;
  assertEquals(upsert.opType, "upsert");
  assertEquals(upsert.payloadHash, hashPayload(upsert.payload));
  const { opType, payload, payloadHash } = composeOp({ ...parts, content: null })!;
  assertEquals({ opType, payload, payloadHash }, {
    opType: "delete",
    payload: null,
    payloadHash: "",
  });
  assertEquals(composeOp({ ...parts, content: { ...content, body: "\0" } }), undefined);
});

Deno.test("an op is read whatever order its payload was written in", () => {
  const { op } = decodeOp(json);
  const text = '{"body":"They are wide","kind":"decision","title":"Use tabs"}';
  assertEquals(op?.payload, text);
  assertEquals(op?.payloadHash, hashPayload(text));
  assertEquals(op?.content?.title, "Use tabs");
  assertEquals(op!.entityId, "m1");
});

Deno.test("a missing created_at is the instant of the clock", () => {
  assertEquals(decodeOp({ ...json, created_at: null }).op?.createdAt, parts.clock.updatedAt);
});

Deno.test("a delete is read with a payload of null or none", () => {
  const bare = { ...json, op_type: "delete", payload: null };
  for (const value of [bare, { ...bare, payload: undefined }]) {
    assertEquals(decodeOp(value).op?.opType, "delete");
    assertEquals(decodeOp(value).op?.content, null);
  }
});

const deep = JSON.parse("[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH));
const abyss = JSON.parse("[".repeat(500_000) + "]".repeat(500_000));

const quarantined: readonly (readonly [string, unknown, string])[] = [
  ["null", null, "invalid_op"],
  ["a number", 5, "invalid_op"],
  ["a list", [json], "invalid_op"],
  ["an empty object", {}, "unknown_entity_type"],
  ["another entity", { ...json, entity_type: "session" }, "unknown_entity_type"],
  ["another operation", { ...json, op_type: "merge" }, "unknown_op_type"],
  ["no id", { ...json, op_id: null }, "invalid_op"],
  ["an empty id", { ...json, op_id: "" }, "invalid_op"],
  ["an id of two lines", { ...json, op_id: "a\nb" }, "invalid_op"],
  ["no memory", { ...json, entity_id: 7 }, "invalid_op"],
  ["no device", { ...json, device_id: "a b" }, "invalid_op"],
  ["no clock", { ...json, clock: { rev: 1 } }, "invalid_clock"],
  ["a created_at that is none", { ...json, created_at: "yesterday" }, "invalid_op"],
  ["a created_at that has no text", { ...json, created_at: { toString: 1 } }, "invalid_op"],
  ["a created_at in a list", { ...json, created_at: ["2026-01-01T00:00:00Z"] }, "invalid_op"],
  ["no payload", { ...json, payload: null }, "invalid_payload"],
  ["a payload without a body", { ...json, payload: { ...payload, body: null } }, "invalid_payload"],
  ["a delete with a payload", { ...json, op_type: "delete" }, "invalid_payload"],
  ["a lone surrogate", { ...json, payload: { ...payload, body: "\ud800" } }, "invalid_payload"],
  ["an infinite number", { ...json, payload: { ...payload, x: 1e999 } }, "invalid_payload"],
  ["a deep payload", { ...json, payload: { ...payload, x: deep } }, "invalid_payload"],
  ["a bottomless payload", { ...json, payload: { ...payload, x: abyss } }, "invalid_payload"],
  ["a bottomless op", abyss, "invalid_op"],
  [
    "a payload too large in bytes, not in characters",
    { ...json, payload: { ...payload, body: "\u20ac".repeat(MAX_PAYLOAD_BYTES / 2) } },
    "too_large",
  ],
];

for (const [name, value, reason] of quarantined) {
  Deno.test(`an op with ${name} is kept aside as ${reason}`, () => {
    const { op, quarantined } = decodeOp(value);
    assertEquals(op, undefined);
    assertEquals(quarantined?.reason, reason);
    assert(isEntityId(quarantined?.opId));
  });
}

Deno.test("an op kept aside keeps its bytes, its ids where it has some, and a steady id where not", () => {
  const { quarantined } = decodeOp({ ...json, clock: null });
  assertEquals(quarantined?.opId, "op-1");
  assertEquals(quarantined?.entityId, "m1");
  assertEquals(JSON.parse(quarantined!.raw), { ...json, clock: null });
  const unnamed = decodeOp({ a: 1 }).quarantined!;
  assertMatch(unnamed.opId, /^unnamed-[0-9a-f]{64}$/);
  assertEquals(decodeOp({ a: 1 }).quarantined, unnamed);
  assertNotEquals(decodeOp({ a: 2 }).quarantined?.opId, unnamed.opId);
  assertEquals(unnamed.entityId, null);
});

Deno.test("a version logged on two devices gets the same id on both, another version another id", () => {
  const version = composeOp({ ...parts, content })!;
  const same = composeOp({ ...parts, opId: "op-2", content })!;
  assertEquals(legacyOpId(version), legacyOpId(same));
  assertMatch(legacyOpId(version), /^legacy-[0-9a-f]{32}$/);
  assertNotEquals(
    legacyOpId(version),
    legacyOpId({ ...version, clock: { ...version.clock, rev: 2 } }),
  );
});

Deno.test("an id is up to 256 characters without line breaks and controls", () => {
  for (const id of ["a", "legacy:laptop:memory_item:7", "\u00e9 \u{1f4bb}", "x".repeat(256)]) {
    assertEquals(isEntityId(id), true, id);
  }
  const refused = ["", "a\nb", "a\0", "a\u2028", "a\u0085", "\ud800", "x".repeat(257), 1, null];
  for (const id of refused) assertEquals(isEntityId(id), false, String(id));
});
