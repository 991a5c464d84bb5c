/** Spreading over time what many devices would otherwise do at the same moment. */

/**
 * The point of a range that a number stands for.
 *
 * @param range its first and its last point
 * @param spread from 0, the first point, to 1, the last
 */
export function pointIn([from, to]: readonly [number, number], spread: number): number {
  return from + spread * (to - from);
}
