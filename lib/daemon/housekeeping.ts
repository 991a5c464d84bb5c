/** Maintenance that a store needs from time to time, in slices short enough to keep nobody waiting. */
import { nextTurn } from "../time/next_turn.ts";
import { HISTORY_MS } from "../replication/retention.ts";
import type { Store } from "../store/store.ts";
import { Periodic } from "./periodic.ts";

/** Nobody waits for it. */
const INTERVAL_MS = 2 * 60_000;
const SOON_MS = 2_000;

/** Superseded ops forgotten in one transaction. */
const PRUNE_SLICE = 500;

/** A daemon spends at most this share of its time rewriting its database after deletions. */
const SCRUB_SHARE = 0.01;

/** Maintains one store. */
export class Housekeeper {
  readonly #store: Store;
  readonly #monotonicMs: () => number;
  #scrubNotBeforeMs = -Infinity;

  /** @param monotonicMs a monotonic clock, in milliseconds */
  constructor(store: Store, monotonicMs: () => number) {
    this.#store = store;
    this.#monotonicMs = monotonicMs;
  }

  /** Gives legacy rows their ops, forgets old history, and finishes deletions. */
  async run(signal: AbortSignal): Promise<void> {
    await logLegacyRows(this.#store, signal);
    await this.#prune(signal);
    if (!signal.aborted) this.#scrub();
  }

  async #prune(signal: AbortSignal): Promise<void> {
    const slice = { olderThanMs: HISTORY_MS, limit: PRUNE_SLICE };
    const prune = () => this.#store.log.prune(slice);
    while (!signal.aborted && await this.#store.whenFree(prune) === PRUNE_SLICE) await nextTurn();
  }

  /** Rewriting blocks everything else: the longer it takes, the less often it is done. */
  #scrub(): void {
    const startedMs = this.#monotonicMs();
    if (startedMs < this.#scrubNotBeforeMs) return;
    this.#store.scrub();
    const endedMs = this.#monotonicMs();
    this.#scrubNotBeforeMs = endedMs + (endedMs - startedMs) / SCRUB_SHARE;
  }
}

/** Maintains a store periodically, and soon after each change. */
export function periodicHousekeeping(
  store: Store,
  { monotonicMs, onError }: {
    /** A monotonic clock, in milliseconds. */
    readonly monotonicMs: () => number;
    readonly onError: (error: unknown) => void;
  },
): Periodic {
  const housekeeper = new Housekeeper(store, monotonicMs);
  return new Periodic({
    intervalMs: INTERVAL_MS,
    soonMs: SOON_MS,
    work: (signal) => housekeeper.run(signal),
    onError,
  });
}

/** Gives all legacy rows their ops, slice by slice. */
export async function logLegacyRows(store: Store, signal?: AbortSignal): Promise<void> {
  const logSlice = () => store.logLegacySlice();
  while (signal?.aborted !== true && await store.whenFree(logSlice) > 0) await nextTurn();
}
