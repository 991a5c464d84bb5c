/** An instant in the past, as a person types it. */
import { CodememError } from "../../errors.ts";
import { formatTimestamp } from "../../model/timestamp.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const AGO = /^(\d{1,6}) ?(m|h|d|w)$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/;
const EXACT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads `3h`, `2d`, a day or a time of this machine's zone, or a timestamp with a zone of its own.
 *
 * @param nowMs milliseconds since 1970
 * @returns the canonical timestamp
 * @throws invalid_input where it is none of these, or not in the past
 */
export function parseMoment(text: string, nowMs: number): string {
  const epochMs = read(text.trim(), nowMs);
  if (Number.isNaN(epochMs)) {
    throw new CodememError("invalid_input", `"${text}" is not a time`, {
      hint: 'Give 30m, 3h, 2d, 2026-01-31, "2026-01-31 14:30" or 2026-01-31T14:30:00Z',
    });
  }
  if (epochMs > nowMs) {
    throw new CodememError("invalid_input", `"${text}" is not in the past`, {
      hint: "Give a time in the past",
    });
  }
  return formatTimestamp(epochMs);
}

function read(text: string, nowMs: number): number {
  const ago = AGO.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
  const iso = text.replace(" ", "T");
  if (EXACT.test(text)) return Date.parse(iso.toUpperCase());
  if (!LOCAL.test(text)) return NaN;
  // A day alone would be read as one of UTC.
  const local = new Date(iso.length === 10 ? `${iso}T00:00` : iso);
  // The 31st of February is read as the 3rd of March.
  return local.getDate() === Number(iso.slice(8, 10)) ? local.getTime() : NaN;
}
