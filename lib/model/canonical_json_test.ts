import { assertEquals } from "@std/assert";
import { canonicalJson, isJsonObject, MAX_DEPTH } from "./canonical_json.ts";

const texts: readonly (readonly [string, string])[] = [
  // RFC 8785 §3.2.2 and §3.2.3.
  [
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
    '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew","1":"One",' +
    '"\\ud83d\\ude00":"Emoji","\\u0080":"Control","\\u00f6":"Latin"}',
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin",' +
    '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji","\ufb33":"Hebrew"}',
  ],
  // Numbers of RFC 8785, appendix B.
  ["[0,-0,5e-324,-5e-324]", "[0,0,5e-324,-5e-324]"],
  ["[1.7976931348623157e308,9007199254740992]", "[1.7976931348623157e+308,9007199254740992]"],
  [
    "[295147905179352830000,1e21,999999999999999900000]",
    "[295147905179352830000,1e+21,999999999999999900000]",
  ],
  ["[9.999999999999997e22,1e23,0.000001,1e-7]", "[9.999999999999997e+22,1e+23,0.000001,1e-7]"],
  [
    "[333333333.3333332,-0.0000033333333333333333]",
    "[333333333.3333332,-0.0000033333333333333333]",
  ],
  // Names that mean something to JavaScript, and order by UTF-16 code units.
  ['{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":2}'],
  ['{"b":1,"a":{"d":[],"c":{}},"B":null,"":0}', '{"":0,"B":null,"a":{"c":{},"d":[]},"b":1}'],
  ['{"10":1,"9":2}', '{"10":1,"9":2}'],
  ['" \\u2028\\u007f\\u0000\\b\\t\\f "', '" \u2028\u007f\\u0000\\b\\t\\f "'],
];

for (const [text, canonical] of texts) {
  Deno.test(`${text} is canonically ${canonical}`, () => {
    assertEquals(canonicalJson(JSON.parse(text)), canonical);
    assertEquals(canonicalJson(JSON.parse(canonical)), canonical);
  });
}

const without: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["NaN", NaN],
  ["an infinite number", [Infinity]],
  ["a big integer", { a: 1n }],
  ["a function", () => 1],
  ["a member that is undefined", { a: undefined }],
  ["a hole in an array", [, 1]],
  ["a lone surrogate", "\ud800"],
  ["a lone surrogate in a name", { "\udc00": 1 }],
  ["a pair of surrogates the wrong way round", ["\ude00\ud83d"]],
];

for (const [name, value] of without) {
  Deno.test(`${name} has no canonical form`, () => assertEquals(canonicalJson(value), undefined));
}

Deno.test("nesting has a limit, and a million arrays are no more of a problem than one too many", () => {
  const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));
  assertEquals(canonicalJson(nested(MAX_DEPTH)), "[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH));
  assertEquals(canonicalJson(nested(MAX_DEPTH + 1)), undefined);
  assertEquals(canonicalJson(nested(1_000_000)), undefined);
});

Deno.test("a JSON object is neither null nor an array", () => {
  assertEquals(isJsonObject({}), true);
  for (const value of [null, [], "a", 1, undefined]) assertEquals(isJsonObject(value), false);
});
