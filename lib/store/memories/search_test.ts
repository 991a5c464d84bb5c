import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { memoryStore } from "../../../tests/support/devices/stores.ts";
import { ftsQuery } from "./fts_query.ts";

Deno.test("every word must occur, its last letters may be missing, a quoted part stands as it is", () => {
  const cases: [string, string | undefined][] = [
    ["wal mode", '"wal" * "mode" *'],
    ['"the tagged" x', '"the tagged" "x" *'],
    ['unclosed "quote', '"unclosed" * "quote" *'],
    ["a AND b", '"a" * "AND" * "b" *'],
    ["NEAR(x, 2) col:y ^z -w", '"NEAR(x," * "2)" * "col:y" * "^z" * "-w" *'],
    ["a\0b", '"a" * "b" *'],
    ["* ( ) ; --", undefined],
    ['""', undefined],
    ["", undefined],
  ];
  for (const [text, query] of cases) assertEquals(ftsQuery(text), query, text);
});

Deno.test("no text that can be typed breaks a search", () => {
  const store = memoryStore();
  store.memories.remember({ kind: "note", title: "title", body: "body" });
  const syntax = fc.constantFrom('"', "'", "*", "^", "(", ")", ":", "-", "+", "{", "}", "\0", ",");
  const keyword = fc.constantFrom("AND", "OR", "NOT", "NEAR", "title", "a", " ", "\ud800", "🎉");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.array(fc.oneof(syntax, keyword), { maxLength: 12 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (typed) => {
      store.memories.search({ text: typed, limit: 3 });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("a memory is found by every word of it", () => {
  const word = fc.stringMatching(/^[a-zé0-9]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const store = memoryStore();
      store.memories.remember({ kind: "note", title: words.join(" "), body: "" });
      for (const each of words) {
        assertEquals(store.memories.search({ text: each, limit: 1 }).length, 1);
      }
      const quoted = `"${words.join(" ")}"`;
      assertEquals(store.memories.search({ text: quoted, limit: 1 }).length, 1);
    }),
    { numRuns: 50 },
  );
});
