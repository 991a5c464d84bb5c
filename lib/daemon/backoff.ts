/** How long a peer is left alone after an attempt has failed. */
import type { Consequence } from "../errors.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** No failure is repeated less often than this. */
export const MAX_BACKOFF_MS = 30 * MINUTE_MS;

/** Each further failure multiplies the wait by this: a peer that is back dials by itself. */
const GROWTH = 4;

/** The wait after a first failure, by what the failure means. */
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
 * @param random at least 0, below 1: devices that lost each other at one instant are not to meet at the
 * same instants for ever
 * @returns milliseconds, between half of the full wait and all of it
 */
export function backoffMs(consequence: Consequence, failures: number, random: number): number {
  const full = Math.min(
    MAX_BACKOFF_MS,
    FIRST_MS[consequence] * GROWTH ** Math.min(failures - 1, 20),
  );
  return full * (1 + random) / 2;
}
