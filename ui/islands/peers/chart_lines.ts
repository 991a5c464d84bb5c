/** From what was missing over time to the lines of a chart, and to a sentence that says the same. */
import { clockTime } from "../../../lib/model/clock_time.ts";
import type { ConvergencePoint } from "../../../lib/model/convergence.ts";
import { counted } from "../../../lib/model/counted.ts";
import type { AttemptData } from "../../page_data.ts";

export const WIDTH = 240;
export const HEIGHT = 56;
/** Below the lines there is room for the marks of what failed. */
const BOTTOM = HEIGHT - 8;
const TOP = 3;
/** The longest and the shortest time that a chart covers. */
const LONGEST_MS = 24 * 3_600_000;
const SHORTEST_MS = 60_000;

/** A chart as SVG draws it. */
export interface PeerChartLines {
  readonly fromMs: number;
  readonly most: number;
  readonly behind: string;
  readonly behindArea: string;
  readonly ahead: string;
  /** Where attempts have failed. */
  readonly failures: readonly number[];
}

/** @param points oldest first */
export function chartOf(
  points: readonly ConvergencePoint[],
  attempts: readonly AttemptData[],
  nowMs: number,
): PeerChartLines {
  const fromMs = beginning(points, attempts, nowMs);
  const most = Math.max(0, ...points.map(({ behind, ahead }) => Math.max(behind, ahead)));
  const x = (atMs: number) => rounded(WIDTH * Math.max(0, atMs - fromMs) / (nowMs - fromMs));
  const y = (count: number) => rounded(BOTTOM - (BOTTOM - TOP) * count / Math.max(most, 1));
  const line = (of: "behind" | "ahead") =>
    stepLine(points.map((each) => [x(each.atMs), y(each[of])]));
  const behind = line("behind");
  const shown = attempts.filter(({ ok, finished_at: at }) => !ok && Date.parse(at) >= fromMs);
  return {
    fromMs,
    most,
    behind,
    behindArea: points.length === 0 ? "" : `${behind}V${BOTTOM}H${x(points[0]!.atMs)}Z`,
    ahead: line("ahead"),
    failures: [...new Set(shown.map(({ finished_at: at }) => x(Date.parse(at))))],
  };
}

/** The chart in a sentence. */
export function describe(
  points: readonly ConvergencePoint[],
  attempts: readonly AttemptData[],
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): string {
  const failed = attempts.filter(({ ok }) => !ok).length;
  const passes = `Of the last ${counted(attempts.length, "attempt")} ${failed} failed`;
  const last = points.at(-1);
  if (last === undefined) return `${name} was not compared with this device yet. ${passes}`;
  const most = Math.max(...points.map((each) => each.behind));
  const since = clockTime(new Date(points[0]!.atMs).toISOString(), nowMs);
  return `Since ${since} at most ${counted(most, "memory")} of ${name} were missing here, now ` +
    `${counted(last.behind, "memory")}; ${counted(last.ahead, "change")} to be sent. ${passes}`;
}

function beginning(
  points: readonly ConvergencePoint[],
  attempts: readonly AttemptData[],
  nowMs: number,
): number {
  const all = [points[0]?.atMs ?? nowMs, ...attempts.map(({ finished_at: at }) => Date.parse(at))];
  return Math.min(nowMs - SHORTEST_MS, Math.max(nowMs - LONGEST_MS, Math.min(...all)));
}

/** Steps, because a count stays the same until it changes. */
function stepLine(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => index === 0 ? `M${x} ${y}` : `H${x}V${y}`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
