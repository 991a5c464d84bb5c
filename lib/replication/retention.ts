/** How long the versions that no longer stand are kept. */

/** Superseded ops are history for so long: for looking back, and for undoing. */
export const HISTORY_MS = 30 * 24 * 60 * 60 * 1_000;
