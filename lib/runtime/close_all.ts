/** The end of something with many parts: a part that fails to close leaves none of the others open. */

/**
 * Closes one part after the other, also after one has failed.
 *
 * @throws what the first part that failed has thrown
 */
export async function closeAll(closings: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
