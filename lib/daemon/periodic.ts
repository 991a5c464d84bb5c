/** Work that is repeated at intervals, and done soon when somebody asks for it. */
import { CodememError } from "../errors.ts";

/** Options of {@link Periodic}. */
export interface PeriodicOptions {
  readonly intervalMs: number;
  /** The delay of {@link Periodic.runSoon}. */
  readonly soonMs: number;
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Told of a failure; the next run comes all the same. */
  readonly onError: (error: unknown) => void;
}

/** Runs its work at once, then at intervals; never twice at the same time. */
export class Periodic {
  readonly #options: PeriodicOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeriodicOptions) {
    this.#options = options;
  }

  /** Runs the work now, or once more as soon as it has ended. */
  runNow(): void {
    if (this.#stopping.signal.aborted) return;
    this.#again = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#running ??= this.#run();
  }

  /** Runs the work after a short delay, once for all who ask in the meantime. */
  runSoon(): void {
    if (this.#stopping.signal.aborted) return;
    this.#soon ??= setTimeout(() => this.runNow(), this.#options.soonMs);
  }

  /** Ends the work under way and starts no more. */
  async stop(): Promise<void> {
    this.#stopping.abort(new CodememError("interrupted", "Interrupted"));
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      try {
        await this.#options.work(signal);
      } catch (error) {
        if (!signal.aborted) this.#options.onError(error);
      }
    }
    this.#running = undefined;
    if (!signal.aborted) this.#timer = setTimeout(() => this.runNow(), this.#options.intervalMs);
  }
}
