import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readElements, readLines } from "./json_records.ts";

/** What `read` makes of a file with this content. */
function records(read: typeof readLines, content: string | Uint8Array): unknown[] {
  const path = Deno.makeTempFileSync();
  try {
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    return [...read(path)];
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("lines are counted from 1, and blank ones are passed over", () => {
  assertEquals(records(readLines, '{"a":1}\r\n\n  \n{"b":2}'), [
    { row: 1, text: '{"a":1}\r' },
    { row: 4, text: '{"b":2}' },
  ]);
  assertEquals(records(readLines, ""), []);
});

Deno.test("elements are told apart whatever stands in their texts", () => {
  const values = [{ a: '],{"\\' }, [[1], {}], "a,b]", 1, null];
  const texts = values.map((value, index) => ({ row: index + 1, text: JSON.stringify(value) }));
  assertEquals(records(readElements, JSON.stringify(values)), texts);
  assertEquals(records(readElements, " [ ] "), []);
});

Deno.test("an array that the file ends in is reported", () => {
  assertEquals(records(readElements, '[{"a":1},'), [
    { row: 1, text: '{"a":1}' },
    { row: 2, problem: "the file ends before the array does" },
  ]);
  assertEquals(records(readElements, '[{"a":1'), [
    { row: 1, problem: "the file ends before the array does" },
  ]);
});

Deno.test("bytes that are not UTF-8 spoil their record alone", () => {
  const bytes = new Uint8Array([0x22, 0xff, 0x22, 0x0a, 0x31, 0x0a]);
  assertEquals(records(readLines, bytes), [
    { row: 1, problem: "not UTF-8" },
    { row: 2, text: "1" },
  ]);
});

Deno.test("a record larger than any memory is reported and not held", () => {
  const long = `"${"x".repeat(17 * 1024 * 1024)}"`;
  const expected = [{ row: 1, problem: "larger than 16777216 bytes" }, { row: 2, text: "1" }];
  assertEquals(records(readLines, `${long}\n1\n`), expected);
  assertEquals(records(readElements, `[${long},1]`), expected);
});

Deno.test("any values come back from lines and from arrays, compact or spread out", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 20 }), (values) => {
      const parse = (list: unknown[]) =>
        list.map((each) => JSON.parse((each as { text: string }).text));
      const expected = values.map((value) => JSON.parse(JSON.stringify(value)));
      const lines = values.map((value) => `${JSON.stringify(value)}\n`).join("");
      assertEquals(parse(records(readLines, lines)), expected);
      assertEquals(parse(records(readElements, JSON.stringify(values))), expected);
      assertEquals(parse(records(readElements, JSON.stringify(values, null, 2))), expected);
    }),
    { numRuns: 100 },
  );
});

Deno.test("any bytes are read to their end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      records(readLines, bytes);
      records(readElements, bytes);
    }),
    { numRuns: 100 },
  );
});
