const UNITS = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["min", 60],
] as const;

/**
 * How long ago something was, in one unit: "3 hours ago".
 *
 * @param timestamp canonical
 */
export function relativeTime(timestamp: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(timestamp)) / 1000);
  const ahead = seconds < 0;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(Math.abs(seconds) / length);
    if (count === 0) continue;
    const words = `${count} ${unit}${count === 1 || unit === "min" ? "" : "s"}`;
    return ahead ? `in ${words}` : `${words} ago`;
  }
  return "just now";
}
