/** Looking again and again for what no event tells of: another process, by its files. */

const POLL_MS = 50;

/**
 * Looks until there is something to be seen.
 *
 * @returns what was seen; `undefined` where the time is over
 */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  timeoutMs: number,
): Promise<T | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() > deadlineMs) return seen;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
