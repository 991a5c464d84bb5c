/** The one timer of an idle daemon: at each beat everything is looked at that nothing tells of. */

/** Options of {@link Pulse}. */
export interface PulseOptions {
  readonly intervalMs: number;
  /** Looks around. What it throws ends nothing. */
  readonly beat: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Beats until it is stopped. */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.beat(), options.intervalMs);
  }

  /** Beats now, besides. */
  beat(): void {
    try {
      this.#options.beat();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
