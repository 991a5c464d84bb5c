import { assert, assertEquals } from "@std/assert";
import { type ConvergencePoint, MAX_POINTS, withPoint } from "./convergence.ts";

const point = (atMs: number, behind = 0, ahead = 0): ConvergencePoint => ({ atMs, behind, ahead });

function lineOf(points: readonly ConvergencePoint[]): readonly ConvergencePoint[] {
  return points.reduce(withPoint, [] as readonly ConvergencePoint[]);
}

Deno.test("a level line keeps its two ends", () => {
  assertEquals(lineOf([point(1, 5), point(2, 5), point(3, 5), point(4, 0), point(5, 0)]), [
    point(1, 5),
    point(3, 5),
    point(4, 0),
    point(5, 0),
  ]);
});

Deno.test("what either side lacks makes another point", () => {
  assertEquals(lineOf([point(1), point(2, 0, 1), point(3, 0, 1), point(4, 1, 1)]).length, 4);
});

Deno.test("a clock that was set back adds nothing", () => {
  assertEquals(lineOf([point(5, 1), point(4, 2)]), [point(5, 1)]);
});

Deno.test("a line of any length stays bounded, with its beginning and its end", () => {
  const line = lineOf(Array.from({ length: 5_000 }, (_, index) => point(index, index)));
  assert(line.length <= MAX_POINTS);
  assertEquals([line[0], line.at(-1)], [point(0), point(4_999, 4_999)]);
});
