import { assert, assertEquals } from "@std/assert";
import { displayWidth, truncate } from "./display_width.ts";

Deno.test("a character takes none, one or two columns", () => {
  for (
    const [text, width] of [
      ["", 0],
      ["abc", 3],
      ["naïve", 5],
      ["nai\u0308ve", 5],
      ["日本", 4],
      ["한글", 4],
      ["🚀", 2],
      ["…", 1],
    ] as const
  ) assertEquals(displayWidth(text), width, text);
});

Deno.test("a line is cut to the columns there are, between characters", () => {
  assertEquals(truncate("abcdef", 6), "abcdef");
  assertEquals(truncate("abcdef", 5), "abcd…");
  assertEquals(truncate("ab cdef", 4), "ab…");
  assertEquals(truncate("日本語", 5), "日本…");
  assertEquals(truncate("🚀🚀🚀", 4), "🚀…");
  for (let columns = 1; columns < 12; columns++) {
    const cut = truncate("a日b🚀c本d", columns);
    assert(displayWidth(cut) <= columns && cut.isWellFormed());
  }
});
