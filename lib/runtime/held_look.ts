/** Whether another program holds the database for longer than a write takes. */
import type { Store } from "../store/store.ts";

/** A write takes far less. */
const HELD_MS = 2_000;

/** Makes a check of a store, which compares with the time of its earlier calls. */
export function heldLook(store: Store, monotonicMs: () => number): () => boolean {
  let sinceMs: number | undefined;
  return () => {
    sinceMs = store.isHeld() ? sinceMs ?? monotonicMs() : undefined;
    return sinceMs !== undefined && monotonicMs() - sinceMs >= HELD_MS;
  };
}
