/** How long to wait after a failed attempt before trying a peer again. */
import type { Consequence } from "../errors.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** The longest wait. */
export const MAX_BACKOFF_MS = 30 * MINUTE_MS;

/** Each further failure multiplies the wait by this: a peer that is back will dial by itself. */
const GROWTH = 4;

/** The wait after the first failure, by its consequence. */
const FIRST_MS: Record<Consequence, number> = {
  // Most absences are short: a restart, a lid that was closed, a change of the network.
  offline: 2 * SECOND_MS,
  passing: 5 * SECOND_MS,
  broken: 15 * SECOND_MS,
  // A person has to do something first.
  untrusted: MINUTE_MS,
  incompatible: 5 * MINUTE_MS,
};

/**
 * The time to wait before the next attempt.
 *
 * @param failures in a row, of whatever kind; at least 1
 * @param random at least 0, below 1: devices that lost contact at the same instant must not retry in
 * lockstep
 * @returns milliseconds, between half of the full wait and all of it
 */
export function backoffMs(consequence: Consequence, failures: number, random: number): number {
  const full = Math.min(
    MAX_BACKOFF_MS,
    FIRST_MS[consequence] * GROWTH ** Math.min(failures - 1, 20),
  );
  return full * (1 + random) / 2;
}
