import { assertEquals } from "@std/assert";
import { AdvertDialBudget } from "./advert_dial_budget.ts";

const HEARD = Array.from({ length: 12 }, (_, at) => `10.0.0.${at}:1`);

Deno.test("so many addresses of adverts are dialled, then another one every ten seconds", () => {
  const budget = new AdvertDialBudget();
  const taken: number[] = [];
  for (let second = 0; second < 3_600; second++) {
    taken.push(budget.take(HEARD, [], second * 1_000).length);
  }
  assertEquals(taken[0], 8);
  assertEquals(taken.reduce((sum, count) => sum + count), 8 + 359);
});

Deno.test("who is in touch, and who is quiet for a while, has all of it again", () => {
  const budget = new AdvertDialBudget();
  budget.take(HEARD, [], 0);
  assertEquals(budget.take(HEARD, [], 0), []);
  budget.refill(0);
  assertEquals(budget.take(HEARD, [], 0), HEARD.slice(0, 8));
  assertEquals(budget.take(HEARD, [], 80_000), HEARD.slice(0, 8));
});

Deno.test("an address that is known otherwise is dialled whatever else was heard", () => {
  const budget = new AdvertDialBudget();
  budget.take(HEARD, [], 0);
  assertEquals(budget.take(HEARD, ["10.0.0.9:1", "10.0.0.1:1"], 0), ["10.0.0.1:1", "10.0.0.9:1"]);
});
