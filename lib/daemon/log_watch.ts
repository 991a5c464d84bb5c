/** Waiting for the op log to grow, on behalf of the peers that wait. */
import type { Waiting } from "../sync/answer/answer_ops.ts";

/** Options of {@link LogWatch}. */
export interface LogWatchOptions {
  /** The sequence number of the log's end. */
  readonly head: () => number;
  /** Told when a peer begins to wait. */
  readonly onWaiting?: () => void;
  /** Told of a peer that has hung up while it waited. */
  readonly onLeft?: (peerDeviceId: string) => void;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
}

/** A peer still counts as waiting between an answer and its next request. */
const GAP_MS = 2_000;

/** Wakes waiting peers when the log has grown, and knows which ones are waiting: those are in touch. */
export class LogWatch {
  readonly #options: LogWatchOptions;
  readonly #waiters = new Map<() => void, string>();
  /** When each peer that waited was last answered. */
  readonly #answeredMs = new Map<string, number>();
  #isClosed = false;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  /** Whether a peer waits now. */
  isWaiting(peerDeviceId: string): boolean {
    const answeredMs = this.#answeredMs.get(peerDeviceId) ?? -Infinity;
    return this.#options.monotonicMs() - answeredMs < GAP_MS ||
      [...this.#waiters.values()].includes(peerDeviceId);
  }

  /** Wakes all who wait. */
  notify(): void {
    for (const wake of [...this.#waiters.keys()]) wake();
  }

  /** Wakes all who wait; nobody can wait any more. */
  close(): void {
    this.#isClosed = true;
    this.notify();
  }

  /**
   * Waits until the log has grown beyond `after`, the time is over or the signal is aborted.
   *
   * @returns whether the log may have grown
   */
  async wait({ peerDeviceId, after, timeoutMs, signal }: Waiting): Promise<boolean> {
    if (this.#isClosed || signal.aborted) return false;
    if (this.#options.head() > after) return true;
    this.#options.onWaiting?.();
    const hasTime = await this.#untilWoken(peerDeviceId, timeoutMs, signal);
    if (signal.aborted) {
      this.#answeredMs.delete(peerDeviceId);
      this.#options.onLeft?.(peerDeviceId);
      return false;
    }
    this.#answeredMs.set(peerDeviceId, this.#options.monotonicMs());
    return hasTime && !this.#isClosed;
  }

  /** @returns false where the time was over first */
  #untilWoken(peerDeviceId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (hasTime: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#waiters.delete(wake);
        resolve(hasTime);
      };
      const wake = () => end(true);
      const timer = setTimeout(() => end(false), timeoutMs);
      signal.addEventListener("abort", wake, { once: true });
      this.#waiters.set(wake, peerDeviceId);
    });
  }
}
