/** Exchanging both logs from their starts, if two devices differ although nothing is left to move. */
import type { Version } from "../../model/digest.ts";
import { decodeOp } from "../../model/op.ts";
import type { Pin } from "../../model/peer.ts";
import { differingIds, nameable } from "../../replication/reconciliation.ts";
import type { SyncContext } from "../context.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import type { PeerSession } from "./session.ts";

/** The result of a reconciliation. */
export interface Reconciliation {
  readonly pulled: number;
  readonly pushed: number;
  readonly quarantined: number;
  /** Ids of memories that still differ, up to a limit. */
  readonly divergent: readonly string[];
}

/**
 * Exchanges everything once more, in both directions. A device that was restored from a backup, or whose
 * log was truncated, gets back what it has lost.
 */
export async function reconcile(
  context: SyncContext,
  options: { readonly session: Pick<PeerSession, "ops" | "push">; readonly peer: Pin },
): Promise<Reconciliation> {
  const theirs = new Map<string, Version>();
  const unreadable = new Set<string>();
  const pulled = await pull(context, {
    ...options,
    since: null,
    onPage: (ops) => note(ops, theirs, unreadable),
  });
  const taken = new Set<string>();
  const pushed = await push(context, {
    ...options,
    everything: true,
    onTaken: (ids) => ids.forEach((id) => taken.add(id)),
  });
  for (const id of taken) theirs.delete(id);
  const differing = differingIds(except(context.store.versions(), taken), theirs);
  return {
    pulled: pulled.received,
    pushed: pushed.sent,
    quarantined: pulled.quarantined + pushed.quarantined,
    divergent: nameable([...unreadable, ...differing]),
  };
}

function* except(versions: Iterable<Version>, ids: ReadonlySet<string>): Generator<Version> {
  for (const version of versions) if (!ids.has(version.entityId)) yield version;
}

/** Collects the version of each op, without its text, and the ids of memories whose op cannot be read. */
function note(
  ops: Iterable<unknown>,
  theirs: Map<string, Version>,
  unreadable: Set<string>,
): void {
  for (const each of ops) {
    const { op, quarantined } = decodeOp(each);
    if (op === undefined) {
      if (quarantined.entityId !== null) unreadable.add(quarantined.entityId);
      continue;
    }
    const { entityId, opType, clock, payloadHash } = op;
    theirs.set(entityId, { entityId, opType, clock, payloadHash });
  }
}
