import { assert, assertEquals } from "@std/assert";
import {
  afterPass,
  newSchedule,
  type Schedule,
  whenCalled,
  whenChanged,
  whenLeft,
  whenSeen,
} from "./schedule.ts";

const AT = { intervalMs: 120_000, random: 0.5 };
const WELL = { consequence: undefined, hasCaughtUp: false };
const OFFLINE = { consequence: "offline", hasCaughtUp: false } as const;

/** A schedule after so many attempts that found nobody, the last one at `nowMs`. */
function absent(failures: number, nowMs: number): Schedule {
  let schedule = newSchedule(0);
  for (let each = 0; each < failures; each++) {
    schedule = afterPass(schedule, OFFLINE, { ...AT, nowMs });
  }
  return schedule;
}

Deno.test("a peer of which nothing is known is dialled at once", () => {
  assertEquals(newSchedule(5_000).dueMs, 5_000);
});

Deno.test("after a pass the next one is due at the interval", () => {
  const schedule = afterPass(absent(3, 0), WELL, { ...AT, nowMs: 1_000 });
  assertEquals([schedule.dueMs, schedule.failures], [121_000, 0]);
});

Deno.test("who has caught up says so within a second or two", () => {
  const { dueMs } = afterPass(newSchedule(0), { ...WELL, hasCaughtUp: true }, { ...AT, nowMs: 0 });
  assert(dueMs <= 2_000);
});

Deno.test("a peer that stays away is tried ever more rarely", () => {
  const waits = [1, 2, 3, 4].map((failures) => absent(failures, 0).dueMs);
  assertEquals(waits, [1_500, 6_000, 24_000, 96_000]);
});

Deno.test("a change is handed over soon, but brings forward no attempt at a peer that is away", () => {
  const present = afterPass(newSchedule(0), WELL, { ...AT, nowMs: 0 });
  assertEquals(whenChanged(present, 1_020).dueMs, 1_020);
  assertEquals(whenChanged(whenChanged(present, 1_020), 2_000).dueMs, 1_020);
  const away = absent(8, 0);
  assertEquals(whenChanged(away, 1_020), away);
});

Deno.test("a peer that is seen is dialled at once, however long it was away", () => {
  const schedule = whenSeen(absent(10, 0), 60_000);
  assertEquals([schedule.dueMs, schedule.failures], [60_000, 0]);
});

Deno.test("a flood of adverts moves an attempt three times in half a minute", () => {
  let schedule = newSchedule(0);
  let attempts = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs++) {
    schedule = whenSeen(schedule, nowMs);
    if (schedule.dueMs > nowMs) continue;
    attempts++;
    schedule = afterPass(schedule, OFFLINE, { ...AT, nowMs });
  }
  assert(attempts >= 6 && attempts <= 6 + 2 * 4, `${attempts} attempts in a minute`);
});

Deno.test("a person who asks, and a network that has changed, are not kept waiting", () => {
  const schedule = whenCalled(absent(10, 0), 7_000);
  assertEquals([schedule.dueMs, schedule.failures], [7_000, 0]);
});

Deno.test("whether a peer that hung up is gone is seen soon, also where it cannot be dialled", () => {
  assertEquals(whenLeft(absent(10, 0), 7_000).dueMs, 9_000);
  assertEquals(whenLeft(absent(1, 0), 7_000).dueMs, 1_500);
});
