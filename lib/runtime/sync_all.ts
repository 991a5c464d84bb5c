/** One pass with every peer at the same time. */
import { type CodememError, toCodememError } from "../errors.ts";
import type { SyncContext } from "../sync/context.ts";
import { type SyncOutcome, syncPeer } from "../sync/sync_peer.ts";

/** Options of {@link syncAll}. */
export interface SyncAllOptions {
  readonly signal: AbortSignal;
  readonly onSynced?: ((outcome: SyncOutcome) => void) | undefined;
  /** Is told what kept a pass from ending in an outcome. */
  readonly onFault?: ((error: CodememError) => void) | undefined;
}

/** Passes with all; what fails with one keeps none of the others from their end. */
export async function syncAll(context: SyncContext, options: SyncAllOptions): Promise<void> {
  const { signal, onSynced, onFault } = options;
  const passes = context.store.peers.list().map(async (peer) => {
    const outcome = await syncPeer(context, peer, { signal });
    if (!signal.aborted) onSynced?.(outcome);
  });
  for (const pass of await Promise.allSettled(passes)) {
    if (pass.status === "rejected") onFault?.(toCodememError(pass.reason));
  }
}
