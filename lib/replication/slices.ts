/** How much background work may be done at a time, so that nothing else has to wait for it. */

/** At most this many rows in one transaction. */
export const SLICE_ROWS = 500;
/** And at most about this long. */
export const SLICE_MS = 50;

/** Some of the time must be left for the commit. */
const COMMIT_RESERVE_MS = 10;

/** Whether a slice of work that has come this far should end here. */
export function shouldEndSlice(
  done: { readonly rows: number; readonly elapsedMs: number },
): boolean {
  return done.rows >= SLICE_ROWS || done.elapsedMs >= SLICE_MS - COMMIT_RESERVE_MS;
}
