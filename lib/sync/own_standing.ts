/** What this device tells of itself to a peer that it asks. */
import { formatCursor } from "../model/cursor.ts";
import type { CallerStanding } from "../protocol/status_query.ts";
import type { SyncContext } from "./context.ts";

/**
 * What this device holds now, what its adverts are recognised by, and the lives of its own database and
 * of the peer's.
 */
export function ownStanding({ store }: SyncContext, peerDeviceId: string): CallerStanding {
  const { lives, cursors } = store;
  const { digest, head } = store.log.snapshot();
  const holding = { digest, head: formatCursor(head) };
  return {
    holding,
    discoveryKey: store.device.discoveryKey(),
    life: lives.present() ?? undefined,
    knownLife: lives.of(peerDeviceId) ?? undefined,
    knownHead: cursors.of(peerDeviceId).pulled ?? undefined,
    forked: lives.forkedAt() !== null,
  };
}
