/** Whether a signed request is of now, by the clock of the one who received it. */

/** How far the clocks of two devices may be apart, and how long a request lives, in seconds. */
export const MAX_SKEW_S = 300;

/** The times a signature carries, in seconds since 1970 (RFC 9421 §2.3). */
export interface Validity {
  readonly createdS: number;
  readonly expiresS: number;
}

/**
 * `skewed`: made further from now than clocks may be apart; `expired`: made recently, but meant to
 * live shorter than that.
 */
export type Freshness = "fresh" | "skewed" | "expired";

/** Judges the times of a request at `nowS`, in seconds since 1970. */
export function checkFreshness({ createdS, expiresS }: Validity, nowS: number): Freshness {
  if (Math.abs(nowS - createdS) > MAX_SKEW_S) return "skewed";
  return nowS > expiresS ? "expired" : "fresh";
}
