/** Several attempts at the same thing, started one after another; the first success wins. */

/** One attempt; `signal` is aborted when another one has won. */
export type RaceAttempt<T> = (signal: AbortSignal) => Promise<T>;

/** How a race ended. */
export type RaceResult<T> = { readonly value: T } | { readonly errors: readonly unknown[] };

/**
 * Starts attempts in order, `staggerMs` apart or as soon as those before have failed (after RFC 8305
 * §5), and takes the first that succeeds.
 *
 * @param options `discard` is given the values of attempts that succeed too late
 * @throws what `signal` was aborted with
 */
export function raceStaggered<T>(
  attempts: readonly RaceAttempt<T>[],
  options: {
    readonly staggerMs: number;
    readonly signal: AbortSignal;
    readonly discard: (value: T) => void;
  },
): Promise<RaceResult<T>> {
  return new Promise((resolve, reject) => {
    const errors: unknown[] = [];
    const controllers: AbortController[] = [];
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const end = (settle: () => void, winner?: AbortController) => {
      ended = true;
      clearTimeout(timer);
      options.signal.removeEventListener("abort", onAbort);
      for (const each of controllers) if (each !== winner) each.abort();
      settle();
    };
    const onAbort = () => end(() => reject(options.signal.reason));
    const onFailure = (error: unknown) => {
      if (ended) return;
      errors.push(error);
      if (errors.length === attempts.length) end(() => resolve({ errors }));
      else if (errors.length === controllers.length) startNext();
    };
    const startNext = () => {
      clearTimeout(timer);
      const attempt = attempts[controllers.length];
      if (ended || attempt === undefined) return;
      const controller = new AbortController();
      controllers.push(controller);
      const onSuccess = (value: T) => {
        if (ended) options.discard(value);
        else end(() => resolve({ value }), controller);
      };
      attempt(controller.signal).then(onSuccess, onFailure);
      // A timer for nothing would still wake the process.
      if (controllers.length < attempts.length) timer = setTimeout(startNext, options.staggerMs);
    };

    if (options.signal.aborted) return reject(options.signal.reason);
    options.signal.addEventListener("abort", onAbort, { once: true });
    if (attempts.length === 0) end(() => resolve({ errors }));
    else startNext();
  });
}
