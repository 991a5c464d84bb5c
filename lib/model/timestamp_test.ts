import { assertEquals } from "@std/assert";
import { formatTimestamp, isTimestamp, normalizeTimestamp } from "./timestamp.ts";

const spellings: readonly (readonly [string, string | undefined])[] = [
  ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"],
  ["2026-01-02T03:04:05.678999Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T03:04:05,678Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02 03:04", "2026-01-02T03:04:00.000Z"],
  ["  2026-01-02T03:04:05Z\n", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.123456+00:00", "2026-01-02T03:04:05.123Z"],
  ["2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05.000Z"],
  ["2026-01-02T03:04:05-0530", "2026-01-02T08:34:05.000Z"],
  ["2026-01-02T03:04:05 +0100", "2026-01-02T02:04:05.000Z"],
  ["2026-12-31T23:59:59.999-01:00", "2027-01-01T00:59:59.999Z"],
  ["2026-01-01T24:00:00Z", "2026-01-02T00:00:00.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["2026-02-29T00:00:00Z", undefined],
  ["2026-02-31T00:00:00Z", undefined],
  ["2026-13-01T00:00:00Z", undefined],
  ["2026-00-10T00:00:00Z", undefined],
  ["2026-01-02T25:00:00Z", undefined],
  ["2026-01-02T23:59:60Z", undefined],
  ["2026-01-02T03:04.5Z", undefined],
  ["2026-01-02T03:04:05+99:00", undefined],
  ["0000-01-01T00:00:00+01:00", undefined],
  ["+12026-01-02T03:04:05Z", undefined],
  ["9999-12-31T23:59:59-01:00", undefined],
  ["2026-01-02", undefined],
  ["20260102T030405Z", undefined],
  ["1766400000", undefined],
  ["now", undefined],
  ["", undefined],
];

for (const [text, canonical] of spellings) {
  Deno.test(`${JSON.stringify(text)} reads as ${canonical ?? "no timestamp"}`, () => {
    assertEquals(normalizeTimestamp(text), canonical);
  });
}

Deno.test("only the one spelling of a day that exists is canonical", () => {
  assertEquals(isTimestamp("2026-01-02T03:04:05.678Z"), true);
  const others = [
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.6789Z",
    "2026-01-02T03:04:05.678+00:00",
    "2026-01-02 03:04:05.678Z",
    "2026-02-30T03:04:05.678Z",
    "2026-01-02T24:00:00.000Z",
    "2026-01-02T03:04:05.678Z\n",
    1_766_400_000,
    null,
    undefined,
  ];
  for (const other of others) assertEquals(isTimestamp(other), false, String(other));
});

Deno.test("milliseconds since 1970 become a canonical timestamp", () => {
  assertEquals(formatTimestamp(0), "1970-01-01T00:00:00.000Z");
  assertEquals(formatTimestamp(1_766_400_000_123), "2025-12-22T10:40:00.123Z");
});
