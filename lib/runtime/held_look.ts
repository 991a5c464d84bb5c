/** Whether another program keeps the database, and does not only write to it for a moment. */
import type { Store } from "../store/store.ts";

/** A change takes far less. */
const HELD_MS = 2_000;

/** Makes the look at a store; what it tells rests on when it was asked before. */
export function heldLook(store: Store, monotonicMs: () => number): () => boolean {
  let sinceMs: number | undefined;
  return () => {
    sinceMs = store.isHeld() ? sinceMs ?? monotonicMs() : undefined;
    return sinceMs !== undefined && monotonicMs() - sinceMs >= HELD_MS;
  };
}
