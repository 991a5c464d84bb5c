import { assertEquals } from "@std/assert";
import { checkFreshness } from "./freshness.ts";

Deno.test("a request is fresh for 300 seconds on both sides of its making", () => {
  const validity = { createdS: 1_000_000, expiresS: 1_000_300 };
  const at = (nowS: number) => checkFreshness(validity, nowS);
  assertEquals(at(1_000_000), "fresh");
  assertEquals(at(999_700), "fresh");
  assertEquals(at(1_000_300), "fresh");
  assertEquals(at(999_699), "skewed");
  assertEquals(at(1_000_301), "skewed");
});

Deno.test("a request that was meant to live shorter expires earlier", () => {
  const validity = { createdS: 1_000_000, expiresS: 1_000_010 };
  assertEquals(checkFreshness(validity, 1_000_010), "fresh");
  assertEquals(checkFreshness(validity, 1_000_011), "expired");
});
