/** What follows from equal digests. */
import { formatCursor } from "../../model/cursor.ts";
import { digestsEqual } from "../../model/digest.ts";
import type { Pin } from "../../model/peer.ts";
import type { Holding } from "../../protocol/status_query.ts";
import type { SyncContext } from "../context.ts";

/** Whether two devices hold the same memories, and whether this one knew that already. */
export type Settlement = "different" | "settled" | "known";

/**
 * Equal digests mean that each side holds everything in the other's log: both cursors move to the heads
 * that came with the digests, whichever of the two has asked.
 *
 * @param theirs what the peer says it holds
 * @throws peer_removed
 */
export function settle({ store }: SyncContext, peer: Pin, theirs: Holding): Settlement {
  const { digest, head } = store.log.snapshot();
  if (!digestsEqual(digest, theirs.digest)) return "different";
  const moved = { pulled: theirs.head, pushed: formatCursor(head) };
  const { pulled, pushed } = store.cursors.of(peer.deviceId);
  if (pulled === moved.pulled && pushed === moved.pushed) return "known";
  store.cursors.move(peer, moved);
  return "settled";
}
