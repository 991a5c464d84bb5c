/** Waiting for the op log to grow, whoever makes it grow: this process or another one. */

/** Another process's changes are noticed within this time, and only while somebody waits. */
const POLL_MS = 1_000;

/** Tells waiters that the log has grown. */
export class LogWatch {
  readonly #head: () => number;
  readonly #waiters = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #seen = 0;

  /** @param head the sequence number of the log's end */
  constructor(head: () => number) {
    this.#head = head;
  }

  /** Wakes all who wait. */
  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Waits until the log has grown, the time is over or the signal is aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
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
      this.#startPolling();
    });
  }

  #startPolling(): void {
    if (this.#timer !== undefined) return;
    this.#seen = this.#head();
    this.#timer = setInterval(() => {
      const head = this.#head();
      if (head === this.#seen) return;
      this.#seen = head;
      this.notify();
    }, POLL_MS);
  }

  #stopPolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
