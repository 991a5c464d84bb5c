import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { clip, excerptAround, excerptOf, foldWords, markWords } from "./excerpt.ts";

Deno.test("a clipped text is one line of at most so many whole characters", () => {
  assertEquals(clip("one\n  two\tthree", 20), "one two three");
  assertEquals(clip("abcdef", 4), "abc…");
  assertEquals(clip("🎉🎉🎉🎉", 3), "🎉🎉…");
  assertEquals(clip(" ".repeat(1_000_000) + "x", 5), "…");
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.integer({ min: 1 }),
      (text, n) => {
        const length = n % 40 + 1;
        const line = clip(text, length);
        assert(Array.from(line).length <= length && line.isWellFormed() && !/[\n\r\t]/.test(line));
      },
    ),
  );
});

Deno.test("an excerpt leaves out a title that is the first line of the text", () => {
  assertEquals(excerptOf("The build needs Node 20", "The build needs Node 20"), "");
  assertEquals(excerptOf("First line\n\nand more", "First line"), "and more");
  assertEquals(excerptOf("Other text", "First line"), "Other text");
});

Deno.test("an excerpt is from where the first of the words stands", () => {
  const text = `${"filler ".repeat(50)}and here the Zebra stands`;
  const around = excerptAround(text, ["zeb"])!;
  assert(around.startsWith("…") && around.includes("the Zebra stands"), around);
  assertEquals(excerptAround("ein Übermaß", ["uber"]), "ein Übermaß");
  assertEquals(excerptAround("nothing of it", ["zebra"]), undefined);
  assertEquals(excerptAround("subzebra", ["zebra"]), undefined);
});

Deno.test("words are marked from their beginning on, whatever case and marks they have", () => {
  const found = (text: string, typed: string) =>
    markWords(text, foldWords(typed)).filter((part) => part.found).map((part) => part.text);
  assertEquals(found("Grüße aus 東京, GRUSSE", "gruß 東"), ["Grüße", "東京"]);
  assertEquals(found("café cafe\u0301 decaf", "caf"), ["café", "cafe\u0301"]);
  assertEquals(found("<b>bold</b>", "b"), ["b", "bold", "b"]);
  assertEquals(found("anything", ""), []);
});

Deno.test("marking leaves the text as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (text, typed) => {
      const parts = markWords(text, foldWords(typed));
      assertEquals(parts.map((part) => part.text).join(""), text);
    }),
  );
});
