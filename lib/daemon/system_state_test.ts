import { assertEquals } from "@std/assert";
import { pollIntervalMs, type SystemState, type Trigger, triggersBetween } from "./system_state.ts";

const BEFORE: SystemState = { wallMs: 1_000_000, network: "eth0 up", foreignChanges: 7 };

const cases: readonly [what: string, Partial<SystemState>, Trigger[]][] = [
  ["nothing has happened", { wallMs: 1_015_000 }, []],
  ["a busy machine looks a little late", { wallMs: 1_019_000 }, []],
  ["the machine has slept", { wallMs: 1_030_000 }, ["woke"]],
  ["the clock was set back", { wallMs: 500_000 }, []],
  ["a link is gone", { network: "eth0 down" }, ["network"]],
  ["another process has written", { foreignChanges: 8 }, ["changed"]],
  [
    "everything at once",
    { wallMs: 2_000_000, network: "wlan0 up", foreignChanges: 1 },
    ["woke", "network", "changed"],
  ],
];

for (const [what, now, triggers] of cases) {
  Deno.test(`where ${what}, ${triggers.join(", ") || "nothing"} follows`, () => {
    assertEquals(triggersBetween(BEFORE, { ...BEFORE, ...now }), triggers);
  });
}

Deno.test("a network that has just changed is looked at often, one with nobody in it rarely", () => {
  const interval = (changedMs: number, isInTouch: boolean) =>
    pollIntervalMs({ changedMs, isInTouch });
  assertEquals([interval(0, false), interval(599_999, true)], [500, 500]);
  assertEquals([interval(600_000, true), interval(Infinity, false)], [2_000, 15_000]);
});
