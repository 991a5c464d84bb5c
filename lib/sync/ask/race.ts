/** Several attempts at the same thing, started one after another; the first success wins. */

/** One attempt; `signal` is aborted when another one has won. */
export type RaceAttempt<T> = (signal: AbortSignal) => Promise<T>;

/** How a race ended. */
export type RaceResult<T> = { readonly value: T } | { readonly errors: readonly unknown[] };

/** Options of {@link raceStaggered}. */
export interface RaceOptions<T> {
  /** Between the starts of two attempts, in milliseconds. */
  readonly staggerMs: number;
  readonly signal: AbortSignal;
  /** Is given the values of attempts that succeed too late. */
  readonly discard: (value: T) => void;
}

/**
 * Starts attempts in order, `staggerMs` apart or as soon as those before have failed (after RFC 8305
 * §5), and takes the first that succeeds.
 *
 * @returns its value, or the errors of all where none succeeds
 * @throws what `signal` was aborted with
 */
export function raceStaggered<T>(
  attempts: readonly RaceAttempt<T>[],
  options: RaceOptions<T>,
): Promise<RaceResult<T>> {
  return new StaggeredRace(attempts, options).run();
}

class StaggeredRace<T> {
  readonly #attempts: readonly RaceAttempt<T>[];
  readonly #options: RaceOptions<T>;
  readonly #result = Promise.withResolvers<RaceResult<T>>();
  /** One for each attempt that was started. */
  readonly #controllers: AbortController[] = [];
  readonly #errors: unknown[] = [];
  #hasEnded = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(attempts: readonly RaceAttempt<T>[], options: RaceOptions<T>) {
    this.#attempts = attempts;
    this.#options = options;
  }

  run(): Promise<RaceResult<T>> {
    const { signal } = this.#options;
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
    else if (this.#attempts.length === 0) this.#end({ errors: [] });
    else this.#startNext();
    return this.#result.promise;
  }

  #startNext(): void {
    clearTimeout(this.#timer);
    const attempt = this.#attempts[this.#controllers.length];
    if (attempt === undefined) return;
    const controller = new AbortController();
    this.#controllers.push(controller);
    attempt(controller.signal).then(
      (value) => this.#succeeded(value, controller),
      (error) => this.#failed(error),
    );
    // A timer without an attempt to start would still wake the process.
    if (this.#controllers.length === this.#attempts.length) return;
    this.#timer = setTimeout(() => this.#startNext(), this.#options.staggerMs);
  }

  #succeeded(value: T, winner: AbortController): void {
    if (this.#hasEnded) this.#options.discard(value);
    else this.#end({ value }, winner);
  }

  #failed(error: unknown): void {
    if (this.#hasEnded) return;
    this.#errors.push(error);
    if (this.#errors.length === this.#attempts.length) this.#end({ errors: this.#errors });
    else if (this.#errors.length === this.#controllers.length) this.#startNext();
  }

  readonly #onAbort = (): void => {
    this.#stop();
    this.#result.reject(this.#options.signal.reason);
  };

  #end(result: RaceResult<T>, winner?: AbortController): void {
    this.#stop(winner);
    this.#result.resolve(result);
  }

  #stop(winner?: AbortController): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    for (const each of this.#controllers) if (each !== winner) each.abort();
  }
}
