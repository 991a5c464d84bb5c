/** A line of the log as a person reads it on a terminal; the file has all of it, as JSON. */
import { formatTimestamp } from "../../model/timestamp.ts";
import type { LogLine } from "../../runtime/log.ts";
import { clockTime } from "../../model/clock_time.ts";

/** What is for the file alone: it takes more than a line. */
const FILE_ONLY = ["stack"];

/** `12:03:11 info: pass failed (peer 9f0c…, code unreachable)`. */
export function logLine({ atMs, level, message, facts }: LogLine, nowMs: number): string {
  const told = Object.entries(facts)
    .filter(([name, value]) => value !== undefined && !FILE_ONLY.includes(name))
    .map(([name, value]) => `${name} ${value}`);
  const details = told.length === 0 ? "" : ` (${told.join(", ")})`;
  return `${clockTime(formatTimestamp(atMs), nowMs)} ${level}: ${message}${details}`;
}
