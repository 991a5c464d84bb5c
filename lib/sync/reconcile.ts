/** Reading both logs from their starts, for two devices that differ although nothing is left to move. */
import type { Version } from "../model/digest.ts";
import { decodeOp } from "../model/op.ts";
import { differingIds } from "../replication/reconciliation.ts";
import type { SyncContext } from "./context.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import type { PeerSession } from "./session.ts";

/** What a reconciliation did. */
export interface Reconciliation {
  readonly pulled: number;
  readonly pushed: number;
  readonly quarantined: number;
  /** Ids of memories that the peer's log held otherwise, as far as they are named. */
  readonly divergent: readonly string[];
}

/**
 * Exchanges everything once more, in both directions. A peer that was restored from a backup, or whose
 * log was cut, gets back what it has lost.
 */
export async function reconcile(
  context: SyncContext,
  options: { readonly session: Pick<PeerSession, "ops" | "push">; readonly peerDeviceId: string },
): Promise<Reconciliation> {
  const theirs = new Map<string, Version>();
  const pulled = await pull(context, {
    ...options,
    since: null,
    onPage: (ops) => note(theirs, ops),
  });
  const pushed = await push(context, { ...options, everything: true });
  return {
    pulled: pulled.received,
    pushed: pushed.sent,
    quarantined: pulled.quarantined + pushed.quarantined,
    divergent: differingIds(context.store.versions(), theirs),
  };
}

/** Keeps of each op what makes its version, not its text. */
function note(theirs: Map<string, Version>, ops: Iterable<unknown>): void {
  for (const each of ops) {
    const { op } = decodeOp(each);
    if (op === undefined) continue;
    const { entityId, opType, clock, payloadHash } = op;
    theirs.set(entityId, { entityId, opType, clock, payloadHash });
  }
}
