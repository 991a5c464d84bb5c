import { assertEquals } from "@std/assert";
import { type Clock, compareClocks, decodeClock, MAX_REV } from "./clock.ts";

const clock = (rev: number, updatedAt: string, deviceId: string): Clock => ({
  rev,
  updatedAt,
  deviceId,
});

Deno.test("clocks are ordered by revision, then instant, then device", () => {
  const ascending = [
    clock(1, "2026-01-02T00:00:00.000Z", "b"),
    clock(2, "2026-01-01T00:00:00.000Z", "b"),
    clock(2, "2026-01-01T00:00:00.001Z", "a"),
    clock(2, "2026-01-01T00:00:00.001Z", "b"),
    clock(10, "2025-01-01T00:00:00.000Z", "a"),
  ];
  for (const [i, a] of ascending.entries()) {
    for (const [j, b] of ascending.entries()) {
      assertEquals(Math.sign(compareClocks(a, b)), Math.sign(i - j), `${i} and ${j}`);
    }
  }
});

const json = { rev: 3, updated_at: "2026-01-02T03:04:05.678Z", device_id: "laptop" };

Deno.test("a clock is read from its JSON, whatever else a newer version put there", () => {
  const expected = clock(3, "2026-01-02T03:04:05.678Z", "laptop");
  assertEquals(decodeClock({ ...json, era: 2 }), expected);
  assertEquals(decodeClock({ ...json, rev: 0 })?.rev, 0);
  assertEquals(decodeClock({ ...json, rev: MAX_REV })?.rev, MAX_REV);
});

const refused: readonly unknown[] = [
  null,
  undefined,
  "3",
  [3, "2026-01-02T03:04:05.678Z", "laptop"],
  {},
  { ...json, rev: -1 },
  { ...json, rev: 1.5 },
  { ...json, rev: "3" },
  { ...json, rev: NaN },
  { ...json, rev: MAX_REV + 1 },
  { ...json, rev: 1e300 },
  { ...json, updated_at: "2026-01-02T03:04:05Z" },
  { ...json, updated_at: "2026-02-30T03:04:05.678Z" },
  { ...json, updated_at: 1_766_400_000 },
  { ...json, device_id: "" },
  { ...json, device_id: "two words" },
  { ...json, device_id: "x".repeat(129) },
  { ...json, device_id: null },
];

for (const value of refused) {
  Deno.test(`${JSON.stringify(value)} is no clock`, () => {
    assertEquals(decodeClock(value), undefined);
  });
}
