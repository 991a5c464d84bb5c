import { assertEquals } from "@std/assert";
import { clockTime } from "./clock_time.ts";

Deno.test("a moment of today is shown without the day, another with it", () => {
  const moment = new Date(2026, 10, 3, 9, 3, 11).toISOString();
  assertEquals(clockTime(moment, new Date(2026, 10, 3, 23, 59).getTime()), "09:03:11");
  assertEquals(clockTime(moment, new Date(2026, 10, 4, 0, 0).getTime()), "2026-11-03 09:03:11");
});
