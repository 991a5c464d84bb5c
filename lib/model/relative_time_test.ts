import { assertEquals } from "@std/assert";
import { relativeTime } from "./relative_time.ts";

Deno.test("a time is told in its largest unit", () => {
  const now = Date.parse("2026-06-15T12:00:00.000Z");
  for (
    const [timestamp, text] of [
      ["2026-06-15T12:00:00.000Z", "just now"],
      ["2026-06-15T11:59:01.000Z", "just now"],
      ["2026-06-15T11:59:00.000Z", "1 min ago"],
      ["2026-06-15T11:00:01.000Z", "59 min ago"],
      ["2026-06-15T10:00:00.000Z", "2 hours ago"],
      ["2026-06-14T12:00:00.000Z", "1 day ago"],
      ["2026-04-15T12:00:00.000Z", "2 months ago"],
      ["2024-06-15T12:00:00.000Z", "2 years ago"],
      ["2026-06-15T12:05:00.000Z", "in 5 min"],
    ] as const
  ) assertEquals(relativeTime(timestamp, now), text);
});
