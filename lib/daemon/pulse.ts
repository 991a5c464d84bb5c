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

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.beat(), this.#options.intervalMs());
  }
}
