import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { composeOp, decodeOp, hashPayload } from "../model/op.ts";
import { newContent } from "../model/memory.ts";
import { DEFAULT_PAGE_OPS, MAX_BODY_BYTES, MAX_PAGE_BYTES, MAX_PAGE_OPS } from "./limits.ts";
import type { LoggedOp } from "../model/logged_op.ts";
import { decodeOpPage, encodeOp, encodeOpPage, parseOpsQuery } from "./op_page.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

const op = composeOp({
  opId: 'op "1"',
  entityId: "m1\\",
  content: newContent({
    kind: "decision",
    title: 'Say "},{" and \\',
    body: "\u20ac \u{1f4bb} \u2028",
    createdAt: "2026-01-01T00:00:00.000Z",
    extra: JSON.parse('{"__proto__":1}'),
  }),
  clock: { rev: 7, updatedAt: "2026-01-02T03:04:05.678Z", deviceId: "desk" },
  deviceId: "laptop",
  createdAt: "2026-01-03T03:04:05.678Z",
})!;
const outgoing: LoggedOp = {
  ...op,
  rev: op.clock.rev,
  updatedAt: op.clock.updatedAt,
  clockDeviceId: op.clock.deviceId,
};
const frame = { nextCursor: "e.2", hasMore: true, head: "e.9" };

Deno.test("an op that leaves a log arrives as the same op", () => {
  assertEquals(decodeOp(JSON.parse(encodeOp(outgoing))), { op });
  const deletion = { ...op, opType: "delete", payload: null, payloadHash: "", content: null };
  const text = encodeOp({ ...outgoing, opType: "delete", payload: null });
  assertEquals(decodeOp(JSON.parse(text)).op, deletion as typeof op);
});

Deno.test("a payload goes out byte for byte as it is stored", () => {
  const text = encodeOp(outgoing);
  assertStringIncludes(text, op.payload!);
  assertEquals(hashPayload(op.payload), op.payloadHash);
});

Deno.test("a page comes back as it was, empty or not, with what a newer version added", () => {
  for (const ops of [[], [encodeOp(outgoing)], [encodeOp(outgoing), '{"op_id":1}', "null"]]) {
    const text = encodeOpPage({ ...frame, ops });
    const expected = { ...frame, ops: ops.map((each) => JSON.parse(each)) };
    for (const sent of [text, text.replace("{", '{"mood":1,')]) {
      const page = decodeOpPage(bytesOf(sent));
      assertEquals({ ...page, ops: [...page.ops] }, expected);
    }
  }
});

const page = { ops: [], next_cursor: "e.2", has_more: false, head: "e.9" };
const wrong: Readonly<Record<string, readonly unknown[]>> = {
  ops: [null, {}, "[]", Array(MAX_PAGE_OPS + 1).fill(0)],
  next_cursor: ["", "a b", 2, null],
  has_more: [0, "true", null],
  head: ["", null],
};

for (const [member, values] of Object.entries(wrong)) {
  Deno.test(`a page with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      const error = assertThrows(
        () => decodeOpPage(bytesOf(JSON.stringify({ ...page, [member]: value }))),
        CodememError,
        `${member} is missing or wrong`,
      );
      assertEquals(error.code, "invalid_response");
    }
  });
}

Deno.test("the page of a proxy is no page of ops", () => {
  for (const text of ["<html>", "", "[]", '{"ops":['.repeat(1_000_000)]) {
    const error = assertThrows(() => decodeOpPage(bytesOf(text)), CodememError);
    assertEquals(error.code, "invalid_response");
  }
});

Deno.test("a page filled by the log's own count is a body, even with the longest ids", () => {
  const id = "\u20ac".repeat(256);
  const device = "x".repeat(128);
  const ids = { opId: id, entityId: id, deviceId: device, clockDeviceId: device };
  for (const payload of [4, 370, 2_000, 100_000].map((length) => `"${"x".repeat(length - 2)}"`)) {
    const text = encodeOp({ ...outgoing, ...ids, payload });
    const counted = 1_200 + payload.length;
    const ops = Array(Math.min(MAX_PAGE_OPS, Math.floor(MAX_PAGE_BYTES / counted))).fill(text);
    assertEquals(bytesOf(encodeOpPage({ ...frame, ops })).length <= MAX_BODY_BYTES, true);
  }
});

const queries: readonly (readonly [string, ReturnType<typeof parseOpsQuery>])[] = [
  ["", { since: null, limit: DEFAULT_PAGE_OPS, waitS: 0 }],
  ["since=e.2&limit=1&wait=25", { since: "e.2", limit: 1, waitS: 25 }],
  ["limit=2000&wait=0&mood=fine", { since: null, limit: 2000, waitS: 0 }],
  ["since=", { since: "", limit: DEFAULT_PAGE_OPS, waitS: 0 }],
];

for (const [text, query] of queries) {
  Deno.test(`the query "${text}" asks for ${JSON.stringify(query)}`, () => {
    assertEquals(parseOpsQuery(new URLSearchParams(text)), query);
  });
}

const badQueries: readonly (readonly [string, string])[] = [
  ["limit=0", "limit must be a whole number from 1 to 2000"],
  ["limit=2001", "limit must be"],
  ["limit=", "limit must be"],
  ["limit=-1", "limit must be"],
  ["limit=1.5", "limit must be"],
  ["limit=1e3", "limit must be"],
  ["limit=0x10", "limit must be"],
  ["limit=%201", "limit must be"],
  ["limit=1&limit=2", "limit must be given once"],
  ["wait=26", "wait must be a whole number from 0 to 25"],
  ["wait=forever", "wait must be"],
  ["since=a&since=b", "since must be given once"],
];

for (const [text, message] of badQueries) {
  Deno.test(`the query "${text}" is refused: ${message}`, () => {
    const error = assertThrows(
      () => parseOpsQuery(new URLSearchParams(text)),
      CodememError,
      message,
    );
    assertEquals(error.code, "invalid_request");
  });
}
