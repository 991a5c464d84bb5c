/** Waiting for the op log to grow, whoever makes it grow: this process or another one. */

/** Another process's changes are noticed within this time, and only while somebody waits. */
const POLL_MS = 1_000;

/** What somebody waits for. */
export interface Waiting {
  readonly after: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Tells waiters that the log has grown. */
export class LogWatch {
  readonly #head: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #waiters = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #seen = 0;

  /**
   * @param head the sequence number of the log's end
   * @param onError is told where it could not be read
   */
  constructor(head: () => number, onError: (error: unknown) => void) {
    this.#head = head;
    this.#onError = onError;
  }

  /** Wakes all who wait. */
  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /**
   * Waits until the log has grown beyond `after`, the time is over or the signal is aborted.
   *
   * @param waiting `after` is the last sequence number that the waiter has seen
   */
  wait({ after, timeoutMs, signal }: Waiting): Promise<void> {
    if (signal.aborted || this.#head() > after) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#waiters.delete(wake);
        if (this.#waiters.size === 0) this.#stopPolling();
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener("abort", wake, { once: true });
      this.#waiters.add(wake);
      this.#startPolling(after);
    });
  }

  #startPolling(after: number): void {
    if (this.#timer !== undefined) return;
    this.#seen = after;
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  /** A database that cannot be read for a moment must not end the process, nor leave anybody waiting. */
  #poll(): void {
    try {
      const head = this.#head();
      if (head === this.#seen) return;
      this.#seen = head;
    } catch (error) {
      this.#onError(error);
    }
    this.notify();
  }

  #stopPolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
