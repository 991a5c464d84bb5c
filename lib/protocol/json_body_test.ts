import { assertEquals } from "@std/assert";
import { parseJsonBody } from "./json_body.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

const bodies: readonly (readonly [string, unknown])[] = [
  ["{}", {}],
  ["null", null],
  ['"a\\"]b"', 'a"]b'],
  ['["\\\\","["]', ["\\", "["]],
  ['{"\\"{":"\\\\\\""}', { '"{': '\\"' }],
  ["", undefined],
  ["<html>", undefined],
  ["{", undefined],
  ['"open', undefined],
  ['"open\\"', undefined],
  ["\ufeff{}", undefined],
  ["{} {}", undefined],
  ["NaN", undefined],
];

for (const [text, value] of bodies) {
  Deno.test(`the body ${JSON.stringify(text)} reads as ${JSON.stringify(value)}`, () => {
    assertEquals(parseJsonBody(bytesOf(text)), value);
  });
}

Deno.test("bytes that are not UTF-8 are no body", () => {
  assertEquals(parseJsonBody(new Uint8Array([0x22, 0xff, 0x22])), undefined);
  assertEquals(parseJsonBody(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])), undefined);
});

Deno.test("a body nested too deep is no body, however its brackets are mixed", () => {
  const nested = (open: string, close: string, depth: number) =>
    bytesOf(open.repeat(depth) + "1" + close.repeat(depth));
  assertEquals(parseJsonBody(nested("[", "]", MAX_JSON_DEPTH)) === undefined, false);
  assertEquals(parseJsonBody(nested('{"a":', "}", MAX_JSON_DEPTH)) === undefined, false);
  assertEquals(parseJsonBody(nested("[", "]", MAX_JSON_DEPTH + 1)), undefined);
  assertEquals(parseJsonBody(nested('{"a":', "}", MAX_JSON_DEPTH + 1)), undefined);
  assertEquals(parseJsonBody(nested('[{"a":', "}]", MAX_JSON_DEPTH / 2 + 1)), undefined);
});

Deno.test("brackets within texts nest nothing, and those behind them do", () => {
  const text = JSON.stringify(["[{".repeat(1_000), '\\"[', { a: "}" }]);
  assertEquals(parseJsonBody(bytesOf(text)), JSON.parse(text));
  const quoted = JSON.stringify(['"' + "[".repeat(1_000), '\\"' + "{".repeat(1_000)]);
  assertEquals(parseJsonBody(bytesOf(quoted)), JSON.parse(quoted));
  const hidden = `["\\\\",${"[".repeat(MAX_JSON_DEPTH)}${"]".repeat(MAX_JSON_DEPTH)}]`;
  assertEquals(parseJsonBody(bytesOf(hidden)), undefined);
});
