/** What this device tells a peer about itself when it asks for a status. */
import { formatCursor } from "../../model/cursor.ts";
import type { SignedLife } from "../../model/life.ts";
import type { CallerStanding } from "../../protocol/status_query.ts";
import type { SyncContext } from "../context.ts";

/**
 * What this device holds now, its discovery key, and the lives of its own database and of the peer's.
 */
export function ownStanding(context: SyncContext, peerDeviceId: string): CallerStanding {
  const { store } = context;
  const { lives, cursors } = store;
  const { digest, head } = store.log.snapshot();
  const holding = { digest, head: formatCursor(head) };
  return {
    holding,
    discoveryKey: store.device.discoveryKey(),
    life: ownLife(context, holding.head) ?? undefined,
    knownLife: lives.ofPeer(peerDeviceId) ?? undefined,
    knownHead: cursors.of(peerDeviceId).pulled ?? undefined,
    forked: lives.forkedAt() !== null,
  };
}

/** The present life of this device's database, signed. @param head the cursor of the end of its log */
export function ownLife({ store, lifeSigner }: SyncContext, head: string): SignedLife | null {
  const life = store.lives.present();
  return life && lifeSigner.sign({ life, head });
}
