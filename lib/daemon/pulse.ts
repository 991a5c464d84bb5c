/** The one timer of an idle daemon: at each beat everything is looked at that nothing tells of. */

/** Options of {@link Pulse}. */
export interface PulseOptions {
  /** Looks around. What it throws ends nothing. */
  readonly beat: () => void;
  /** The time to the next beat, in milliseconds; asked after each. */
  readonly intervalMs: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Beats until it is stopped. */
export class Pulse {
  readonly #options: PulseOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Infinity;
  #isStopped = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#arm();
  }

  /** Beats now; the next beat comes as late as after any other. */
  beat(): void {
    if (this.#isStopped) return;
    try {
      this.#options.beat();
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#arm();
  }

  /** Brings the next beat forward where the interval has become shorter. */
  hasten(): void {
    const dueMs = performance.now() + this.#options.intervalMs();
    if (!this.#isStopped && dueMs < this.#dueMs) this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const intervalMs = this.#options.intervalMs();
    this.#dueMs = performance.now() + intervalMs;
    this.#timer = setTimeout(() => this.beat(), intervalMs);
  }
}
