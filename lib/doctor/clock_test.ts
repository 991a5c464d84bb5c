import { assertEquals, assertMatch } from "@std/assert";
import { judgeClock } from "./clock.ts";

Deno.test("clocks are judged by how far they are apart, in either direction", () => {
  for (
    const [offsetMs, outcome, detail] of [
      [0, "ok", /^the clocks agree$/],
      [-400, "ok", /^the clocks agree$/],
      [1_600, "ok", /clock of laptop is 2 s ahead of this one/],
      [-30_000, "ok", /30 s behind/],
      [30_001, "warning", /30 s ahead of/],
      [-300_000, "warning", /300 s behind/],
      [300_001, "failed", /300 s ahead of/],
      [-86_400_000, "failed", /86400 s behind/],
    ] as const
  ) {
    const judgement = judgeClock("laptop", offsetMs);
    assertEquals(judgement.outcome, outcome, `${offsetMs}`);
    assertMatch(judgement.detail, detail);
    assertEquals(judgement.hint !== undefined, outcome !== "ok", `${offsetMs}`);
    if (outcome !== "ok") assertMatch(judgement.hint!, /Set the clock/);
  }
});
