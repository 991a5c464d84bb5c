/** How two devices draw near each other over time, in as few points as a line needs. */

/** What was missing at one moment. */
export interface ConvergencePoint {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Memories known to be missing here. */
  readonly behind: number;
  /** Changes that the peer has not been handed. */
  readonly ahead: number;
}

/** More points than a small chart can show. */
export const MAX_POINTS = 240;

/**
 * Adds what is missing now. A level line keeps only its two ends, and where there are too many points
 * every second one of the older half goes.
 *
 * @returns the points, oldest first
 */
export function withPoint(
  points: readonly ConvergencePoint[],
  point: ConvergencePoint,
): readonly ConvergencePoint[] {
  const last = points.at(-1);
  if (last !== undefined && point.atMs < last.atMs) return points;
  const before = points.at(-2);
  const isLevel = last !== undefined && before !== undefined && isSame(before, last) &&
    isSame(last, point);
  return thinned([...isLevel ? points.slice(0, -1) : points, point]);
}

function isSame(a: ConvergencePoint, b: ConvergencePoint): boolean {
  return a.behind === b.behind && a.ahead === b.ahead;
}

function thinned(points: readonly ConvergencePoint[]): readonly ConvergencePoint[] {
  if (points.length <= MAX_POINTS) return points;
  const half = Math.floor(points.length / 2);
  // The beginning says since when it has been watched.
  return points.filter((_, index) => index === 0 || index >= half || index % 2 === 1);
}
