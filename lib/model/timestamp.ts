/**
 * Instants as text: RFC 3339, UTC, exactly three decimals and `Z`, so that the order of the texts is
 * the order of the instants.
 */

const CANONICAL =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const LENIENT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/;

/** The canonical text of an instant given in milliseconds since 1970. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Whether an instant is less than `withinMs` from now, before or, by a wrong clock, after it. */
export function isRecent(timestamp: string | null, nowMs: number, withinMs: number): boolean {
  return timestamp !== null && Math.abs(nowMs - Date.parse(timestamp)) < withinMs;
}

/** Whether `value` is a canonical timestamp of a day that exists. */
export function isTimestamp(value: unknown): value is string {
  if (typeof value !== "string" || !CANONICAL.test(value)) return false;
  // Every month has 28 days: the calendar is asked about the others alone.
  return value.slice(8, 10) <= "28" || dayExists(value.slice(0, 10));
}

/**
 * Reads a timestamp of any precision and zone, as older programs wrote them. Decimals beyond the
 * third are cut off, and a time without a zone means UTC.
 *
 * @returns the canonical text, or `undefined` where it is no timestamp
 */
export function normalizeTimestamp(text: string): string | undefined {
  return isTimestamp(text) ? text : normalizeLenient(text);
}

function normalizeLenient(text: string): string | undefined {
  const match = LENIENT.exec(text.trim());
  if (match === null) return undefined;
  const [, day, minutes, seconds = "00", decimals = "", zone = "Z"] = match;
  const colonZone = zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase();
  const epochMs = Date.parse(
    `${day}T${minutes}:${seconds}.${decimals.slice(0, 3).padEnd(3, "0")}${colonZone}`,
  );
  if (Number.isNaN(epochMs) || !dayExists(day!)) return undefined;
  const canonical = new Date(epochMs).toISOString();
  return CANONICAL.test(canonical) ? canonical : undefined;
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function dayExists(day: string): boolean {
  const epochMs = Date.parse(`${day}T00:00:00.000Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(day);
}
