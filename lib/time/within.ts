/**
 * Waits for `work`, but no longer than the time given.
 *
 * @returns what it comes to; `undefined` where the time is over first
 * @throws what `work` does, or the reason of the signal
 */
export async function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  signal?.throwIfAborted();
  const { promise: over, resolve, reject } = Promise.withResolvers<undefined>();
  const onAbort = () => reject(signal?.reason);
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
