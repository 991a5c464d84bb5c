import { assert, assertEquals } from "@std/assert";
import { plainJson, plainLine, plainText } from "./plain_text.ts";

const ALL = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join("");
// The characters are what is looked for.
// deno-lint-ignore no-control-regex
const HARMFUL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

Deno.test("no control or bidirectional character is left", () => {
  assert(HARMFUL.test(ALL));
  assert(!HARMFUL.test(plainText(ALL)));
  assert(!HARMFUL.test(plainLine(ALL)));
  assert(!HARMFUL.test(plainJson(ALL)));
});

Deno.test("line breaks and tabs stay in a text and are folded in a line", () => {
  assertEquals(plainText("a\r\n\tb\n"), "a\n\tb\n");
  assertEquals(plainLine("  a\r\n\tb \u2028c\n"), "a b  c");
});

Deno.test("a control character is shown by its picture", () => {
  assertEquals(plainText("\x1b[31m\x07\x7f\r"), "␛[31m␇␡␍");
});

Deno.test("ordinary text of any language stays as it is", () => {
  const text = "naïve 日本語 العربية 👩‍👩‍👧 ✓ ½";
  assertEquals(plainText(text), text);
  assertEquals(plainLine(text), text);
});

Deno.test("JSON in other letters is the same value", () => {
  const value = { [ALL]: [ALL, 1, null], lone: "\ud800" };
  assertEquals(JSON.parse(plainJson(value)), value);
});
