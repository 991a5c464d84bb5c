import { assertEquals } from "@std/assert";
import { ReceiveBudget } from "./receive_budget.ts";

/** How many packets a second are read where so many come, and each takes so long. */
function readOf(perSecond: number, tookMs: number): number[] {
  const budget = new ReceiveBudget();
  return [0, 1, 2].map((second) => {
    let read = 0;
    for (let sent = 0; sent < perSecond; sent++) {
      if (!budget.isLeft(second * 1_000 + sent * 1_000 / perSecond)) continue;
      budget.spend(tookMs);
      read++;
    }
    return read;
  });
}

Deno.test("a flood takes a fifth of each second, however many packets it is made of", () => {
  assertEquals(readOf(1_000, 0.5), [400, 400, 400]);
  assertEquals(readOf(10_000, 2), [100, 100, 100]);
});

Deno.test("what honest devices send is all read", () => {
  assertEquals(readOf(200, 0.1), [200, 200, 200]);
});
