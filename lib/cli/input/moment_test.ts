import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../errors.ts";
import { parseMoment } from "./moment.ts";

const NOW = Date.parse("2026-03-10T12:00:00.000Z");

for (
  const [text, instant] of [
    ["30m", "2026-03-10T11:30:00.000Z"],
    ["3h", "2026-03-10T09:00:00.000Z"],
    ["2 d", "2026-03-08T12:00:00.000Z"],
    ["1w", "2026-03-03T12:00:00.000Z"],
    ["2026-03-01T14:30:00Z", "2026-03-01T14:30:00.000Z"],
    ["2026-03-01 14:30:00.5+02:00", "2026-03-01T12:30:00.500Z"],
    ["2026-03-01T14:30:00.123456+00:00", "2026-03-01T14:30:00.123Z"],
    ["2026-03-01", new Date(2026, 2, 1).toISOString()],
    ["2026-03-01 14:30", new Date(2026, 2, 1, 14, 30).toISOString()],
  ] as const
) {
  Deno.test(`"${text}" is a time`, () => assertEquals(parseMoment(text, NOW), instant));
}

Deno.test("what is no time, or not in the past, is refused", () => {
  const texts = [
    "",
    "yesterday",
    "3",
    "3y",
    "-1d",
    "2026-02-31",
    "2026-3-1",
    "2026-03-11",
    "12:30",
  ];
  for (const text of texts) {
    assertEquals(
      assertThrows(() => parseMoment(text, NOW), CodememError).code,
      "invalid_input",
      text,
    );
  }
});
