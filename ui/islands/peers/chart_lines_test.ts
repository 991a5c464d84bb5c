import { assertEquals } from "@std/assert";
import type { AttemptData } from "../../page_data.ts";
import { chartOf, describe } from "./chart_lines.ts";

const NOW = new Date(2026, 4, 5, 12, 30, 0).getTime();
const MINUTE_MS = 60_000;

const attempt = (minutesAgo: number, ok: boolean): AttemptData => ({
  peer_device_id: "p1",
  name: "laptop",
  started_at: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
  finished_at: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
  ok,
  address: null,
  error_code: ok ? null : "unreachable",
  error: null,
  pulled: 0,
  pushed: 0,
  quarantined: 0,
  repeats: 1,
});

Deno.test("what is missing goes down in steps, to now", () => {
  const points = [
    { atMs: NOW - 2 * MINUTE_MS, behind: 100, ahead: 0 },
    { atMs: NOW - MINUTE_MS, behind: 50, ahead: 0 },
    { atMs: NOW, behind: 0, ahead: 0 },
  ];
  const { behind, ahead, most, fromMs } = chartOf(points, [], NOW);
  assertEquals(behind, "M0 3H120V25.5H240V48");
  assertEquals(ahead, "M0 48H120V48H240V48");
  assertEquals([most, fromMs], [100, NOW - 2 * MINUTE_MS]);
  assertEquals(
    describe(points, [attempt(1, false)], { name: "laptop", nowMs: NOW }),
    "Since 12:28:00 at most 100 memories of laptop were missing here, now 0 memories; " +
      "0 changes to be sent. Of the last 1 attempt 1 failed",
  );
});

Deno.test("attempts before the device was started belong to the picture, those of another day do not", () => {
  const points = [{ atMs: NOW, behind: 0, ahead: 0 }];
  const attempts = [attempt(30, false), attempt(60, true), attempt(48 * 60, false)];
  assertEquals(chartOf(points, attempts.slice(0, 2), NOW).failures, [120]);
  assertEquals(chartOf(points, attempts, NOW).failures, [235]);
});

Deno.test("a peer that was never compared with has no line", () => {
  const { behind, behindArea, ahead } = chartOf([], [], NOW);
  assertEquals([behind, behindArea, ahead], ["", "", ""]);
  assertEquals(
    describe([], [], { name: "laptop", nowMs: NOW }),
    "laptop was not compared with this device yet. Of the last 0 attempts 0 failed",
  );
});
