import { assertEquals } from "@std/assert";
import { compared, median, percentile } from "./figure.ts";

Deno.test("the median is the value in the middle, or the mean of the two there", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([9, 1, 5]), 5);
  assertEquals(median([10, 1, 4, 2]), 3);
});

Deno.test("a percentile is one of the values", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assertEquals([0, 0.5, 0.95, 1].map((share) => percentile(values, share)), [1, 50, 95, 100]);
  assertEquals(percentile([7], 0.95), 7);
});

Deno.test("a goal is met from the side that it names", () => {
  const parts = { figure: "f", unit: "ms", limit: 10, how: "so" };
  const ratioAndMet = (value: number, goal: { atLeast: number } | { atMost: number }) => {
    const { ratio, met } = compared({ ...parts, value, goal });
    return [ratio, met];
  };
  assertEquals(ratioAndMet(5, { atLeast: 0.5 }), [0.5, true]);
  assertEquals(ratioAndMet(4, { atLeast: 0.5 }), [0.4, false]);
  assertEquals(ratioAndMet(16, { atMost: 1.6 }), [1.6, true]);
  assertEquals(ratioAndMet(17, { atMost: 1.6 }), [1.7, false]);
});
