import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CodememError } from "../errors.ts";
import { isEmptyList, JsonElements, splitJsonBody } from "./json_elements.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const malformed = () => new CodememError("invalid_ops", "Cannot read an element");

/** The frame and the elements of a body whose list is `ops`; `undefined` where there is none. */
function split(text: string) {
  const { frame, elements } = splitJsonBody(bytesOf(text), "ops") ?? {};
  if (elements === undefined) return undefined;
  return { frame, elements: [...new JsonElements(elements, malformed)] };
}

Deno.test("a list leaves its frame, wherever it stands and whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(undefined, 1, "\t"),
      (before, ops, after, space) => {
        delete before.ops;
        delete after.ops;
        const text = JSON.stringify({ ...before, ops, ...after }, null, space);
        const whole = JSON.parse(text);
        const found = split(text);
        assertEquals(found, { frame: { ...whole, ops: [] }, elements: whole.ops });
      },
    ),
  );
});

Deno.test("a list of that name elsewhere is not the list", () => {
  for (const text of ['{"a":{"ops":[1]}}', '[{"ops":[1]}]', '{"a":"ops","b":[1]}', '{"ops":{}}']) {
    assertEquals(split(text), undefined);
  }
  assertEquals(split('{"a":{"ops":[1]},"ops":[2]}')?.elements, [2]);
  assertEquals(split('{"\\"ops":[1],"ops":["\\"ops\\":[3"]}')?.elements, ['"ops":[3']);
});

Deno.test("a second list of that name shows in the frame", () => {
  for (const text of ['{"ops":[1],"ops":[2]}', '{"ops":[1],"\\u006fps":[2]}']) {
    const { frame } = splitJsonBody(bytesOf(text), "ops")!;
    assertEquals(isEmptyList((frame as { ops: [] }).ops), false);
  }
});

Deno.test("an element that is no JSON fails when its turn comes, and not before", () => {
  const lists = [
    "1,,2",
    "1,",
    ",1",
    "1 2",
    "x",

    "{]",
    "1,[2}",
    "\\u0031",
    "\ufeff1",
    "1,\u00a0",
  ];
  for (const list of lists) {
    const { elements } = splitJsonBody(bytesOf(`{"ops":[${list}]}`), "ops")!;
    const read = new JsonElements(elements!, malformed);
    assertThrows(() => [...read], CodememError, "Cannot read an element");
  }
});

Deno.test("a body that is cut off, nested too deep or no JSON around its list is no body", () => {
  const deep = "[".repeat(MAX_JSON_DEPTH) + "]".repeat(MAX_JSON_DEPTH);
  const texts = [
    '{"ops":[1',
    '{"ops":[1]',
    '{"ops":["a',
    '{"ops" [1]}',
    '{"ops":[1]}}',
    "",
    "<html>",
  ];
  for (const text of [...texts, `{"ops":[${deep}]}`, '{"ops":[1},"a":2]']) {
    assertEquals(splitJsonBody(bytesOf(text), "ops"), undefined, text);
  }
});

Deno.test("a slice holds the elements from one place to another", () => {
  const elements = new JsonElements(["1", "2", "3", "4"].map(bytesOf), malformed);
  assertEquals([elements.length, [...elements.slice(1, 3)], [...elements.slice(3, 9)]], [
    4,
    [2, 3],
    [4],
  ]);
});
