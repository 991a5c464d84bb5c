import { assertEquals, assertThrows } from "@std/assert";
import { skipUnless } from "./skip.ts";

Deno.test("a test whose condition holds keeps its name and runs", () => {
  assertEquals(skipUnless(true, "needs nothing", "it works"), { name: "it works", ignore: false });
});

Deno.test("a skipped test says why in its name", () => {
  assertEquals(skipUnless(false, "needs a screen", "it works", { isCi: false }), {
    name: "it works (skipped: needs a screen)",
    ignore: true,
  });
});

Deno.test("CI refuses to skip what it could install", () => {
  assertThrows(
    () => skipUnless(false, "needs a screen", "it works", { isCi: true }),
    Error,
    'CI must not skip "it works": needs a screen',
  );
});

Deno.test("CI skips what needs another operating system", () => {
  const os = Deno.build.os === "darwin" ? "linux" : "darwin";
  assertEquals(skipUnless(false, "macOS", "it works", { isCi: true, os }).ignore, true);
});
