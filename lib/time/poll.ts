/** Looking again and again for what no event tells of, such as another process by its files. */
import { pause } from "./pause.ts";

/** Options of {@link poll}. */
export interface PollOptions {
  readonly timeoutMs: number;
  /** Between two looks; 50 unless given. */
  readonly intervalMs?: number;
  /** Ends the looking before its time; it is no failure. */
  readonly signal?: AbortSignal;
}

/**
 * Looks until there is something to be seen.
 *
 * @returns what was seen; `undefined` where the time is over
 */
export async function poll<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { timeoutMs, intervalMs = 50, signal }: PollOptions,
): Promise<T | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || signal?.aborted || performance.now() > deadlineMs) return seen;
    await pause(intervalMs, signal);
  }
}
