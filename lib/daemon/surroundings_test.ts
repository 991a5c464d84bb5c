import { assertEquals } from "@std/assert";
import {
  lookIntervalMs,
  type Surroundings,
  type Trigger,
  triggersBetween,
} from "./surroundings.ts";

const BEFORE: Surroundings = { wallMs: 1_000_000, network: "eth0 up", foreignChanges: 7 };

const cases: readonly [what: string, Partial<Surroundings>, Trigger[]][] = [
  ["nothing has happened", { wallMs: 1_005_000 }, []],
  ["a busy machine looks a little late", { wallMs: 1_008_000 }, []],
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

Deno.test("a network that has just changed is looked at often, a calm one rarely", () => {
  assertEquals([0, 599_999].map(lookIntervalMs), [500, 500]);
  assertEquals([600_000, Infinity].map(lookIntervalMs), [5_000, 5_000]);
});
