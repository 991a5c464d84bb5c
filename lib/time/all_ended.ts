/** Waiting for several things that run at the same time, also where one of them fails. */

/**
 * Waits for the end of all, where `Promise.all` would go on at the first failure.
 *
 * @throws what the first of them in the list has failed with
 */
export async function allEnded(running: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const result of await Promise.allSettled(running)) {
    if (result.status === "rejected") throw result.reason;
  }
}
