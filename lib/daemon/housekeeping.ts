/** What a store needs done from time to time, in slices that keep nobody waiting. */
import { HISTORY_MS } from "../replication/retention.ts";
import type { Store } from "../store/store.ts";

/** Superseded ops forgotten in one transaction. */
const PRUNE_SLICE = 500;

/** Gives legacy rows their ops, forgets old history, and finishes deletions. */
export async function keepHouse(store: Store, signal?: AbortSignal): Promise<void> {
  await logLegacyRows(store, signal);
  while (signal?.aborted !== true) {
    if (store.log.prune({ olderThanMs: HISTORY_MS, limit: PRUNE_SLICE }) < PRUNE_SLICE) break;
    await nextTurn();
  }
  store.scrub();
}

/** Gives all legacy rows their ops, slice by slice. */
export async function logLegacyRows(store: Store, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true && store.logLegacySlice() > 0) await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
