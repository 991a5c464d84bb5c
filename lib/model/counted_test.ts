import { assertEquals } from "@std/assert";
import { counted } from "./counted.ts";

Deno.test("one thing is singular, no thing and many are plural, and thousands are set apart", () => {
  assertEquals(counted(0, "memory"), "0 memories");
  assertEquals(counted(1, "memory"), "1 memory");
  assertEquals(counted(1, "op"), "1 op");
  assertEquals(counted(999, "op"), "999 ops");
  assertEquals(counted(24_378, "memory"), "24,378 memories");
  assertEquals(counted(1_234_567, "row"), "1,234,567 rows");
});
