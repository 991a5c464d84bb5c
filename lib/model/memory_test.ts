import { assertEquals } from "@std/assert";
import type { JsonObject } from "./canonical_json.ts";
import {
  decodePayload,
  DERIVED_TITLE_LENGTH,
  encodePayload,
  fitsPayload,
  MAX_PAYLOAD_BYTES,
  type MemoryContent,
  newContent,
  storableText,
  titleOf,
} from "./memory.ts";

const clock = { rev: 1, updatedAt: "2026-01-02T03:04:05.678Z", deviceId: "laptop" };
const minimal = newContent({
  kind: "decision",
  title: "Use tabs",
  body: "",
  createdAt: "2026-01-01T00:00:00.000Z",
});

const full: MemoryContent = {
  ...minimal,
  subtitle: "",
  narrative: "Why",
  facts: ["a", ""],
  concepts: ["b"],
  filesRead: ["c"],
  filesModified: ["d"],
  tags: ["e"],
  project: "codemem",
  confidence: 0,
  active: false,
  originDeviceId: "desk",
  extra: JSON.parse('{"__proto__":{"a":1},"weight":0,"mood":null}'),
};

function decoded(payload: JsonObject): MemoryContent | string {
  const result = decodePayload(payload, clock);
  return "problem" in result ? result.problem : result.content;
}

for (const [name, content] of Object.entries({ minimal, full })) {
  Deno.test(`a ${name} content comes back from its payload as it was`, () => {
    assertEquals(decoded(JSON.parse(encodePayload(content)!)), content);
  });
}

Deno.test("a payload leaves out what is absent, and keeps what is empty, zero or false", () => {
  assertEquals(
    encodePayload(minimal),
    '{"body":"","created_at":"2026-01-01T00:00:00.000Z","kind":"decision","title":"Use tabs"}',
  );
  const { subtitle, confidence, active } = JSON.parse(encodePayload(full)!);
  assertEquals({ subtitle, confidence, active }, { subtitle: "", confidence: 0, active: false });
});

Deno.test("null stands for an absent member, and the op's instant for a missing created_at", () => {
  const nulls = { subtitle: null, facts: null, confidence: null, active: null, created_at: null };
  assertEquals(decoded({ kind: "change", title: "t", body: "b", ...nulls }), {
    ...newContent({ kind: "change", title: "t", body: "b", createdAt: clock.updatedAt }),
  });
});

const valid: JsonObject = { kind: "change", title: "t", body: "b" };
const problems: readonly (readonly [JsonObject, string])[] = [
  [{ title: "t", body: "b" }, "kind is not a text"],
  [{ ...valid, kind: "" }, "kind is empty"],
  [{ ...valid, title: null }, "title is not a text"],
  [{ ...valid, body: 5 }, "body is not a text"],
  [{ ...valid, body: "a\0b" }, "body is not a text"],
  [{ ...valid, subtitle: [] }, "subtitle is not a text"],
  [{ ...valid, project: "\0" }, "project is not a text"],
  [{ ...valid, facts: "a" }, "facts is not a list of texts"],
  [{ ...valid, files_read: [1] }, "files_read is not a list of texts"],
  [{ ...valid, tags: ["a\0"] }, "tags is not a list of texts"],
  [{ ...valid, tags: { length: 0 } }, "tags is not a list of texts"],
  [{ ...valid, confidence: "1" }, "confidence is not a number"],
  [{ ...valid, active: 1 }, "active is not a boolean"],
  [{ ...valid, origin_device_id: "a b" }, "origin_device_id is not a device id"],
  [{ ...valid, created_at: "yesterday" }, "created_at is not a timestamp"],
  [{ ...valid, created_at: 5 }, "created_at is not a text"],
];

for (const [payload, problem] of problems) {
  Deno.test(`${JSON.stringify(payload)} is no content: ${problem}`, () => {
    assertEquals(decoded(payload), problem);
  });
}

const refused: readonly (readonly [string, Partial<MemoryContent>])[] = [
  ["a NUL in the body", { body: "a\0b" }],
  ["a lone surrogate", { title: "\ud800" }],
  ["an empty kind", { kind: "" }],
  ["a confidence that is not finite", { confidence: NaN }],
  ["an origin that is no device", { originDeviceId: "a b" }],
  ["an instant that is none", { createdAt: "yesterday" }],
];

for (const [name, change] of refused) {
  Deno.test(`no payload is written that peers would refuse: ${name}`, () => {
    assertEquals(encodePayload({ ...minimal, ...change }), undefined);
  });
}

Deno.test("the size of a payload is measured in bytes", () => {
  assertEquals(fitsPayload("x".repeat(MAX_PAYLOAD_BYTES)), true);
  assertEquals(fitsPayload("x".repeat(MAX_PAYLOAD_BYTES + 1)), false);
  assertEquals(fitsPayload("\u20ac".repeat(Math.floor(MAX_PAYLOAD_BYTES / 3))), true);
  assertEquals(fitsPayload("\u20ac".repeat(Math.floor(MAX_PAYLOAD_BYTES / 3) + 1)), false);
  const frame = encodePayload(minimal)!.length;
  const body = "\u00e9".repeat((MAX_PAYLOAD_BYTES - frame) / 2);
  assertEquals(typeof encodePayload({ ...minimal, body }), "string");
  assertEquals(encodePayload({ ...minimal, body: body + "\u00e9" }), undefined);
});

const titles: readonly (readonly [string, string])[] = [
  ["One line", "One line"],
  ["\n \r\n  Second\nThird", "Second"],
  ["old\rmac", "old"],
  ["", ""],
  [" \n ", ""],
  ["x".repeat(80), "x".repeat(80)],
  ["x".repeat(81), "x".repeat(79) + "…"],
  ["\u{1f4bb}".repeat(81), "\u{1f4bb}".repeat(79) + "…"],
  ["x".repeat(78) + " yz", "x".repeat(78) + "…"],
];

for (const [text, title] of titles) {
  Deno.test(`the title of ${JSON.stringify(text.slice(0, 20))} (${text.length}) is ${title}`, () => {
    assertEquals(titleOf(text), title);
    assertEquals(Array.from(title).length <= DERIVED_TITLE_LENGTH, true);
  });
}

Deno.test("a text is made storable without NUL and lone surrogates", () => {
  assertEquals(storableText("a\0b\ud800c\u{1f4bb}"), "a\ufffdb\ufffdc\u{1f4bb}");
});
