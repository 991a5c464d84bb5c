/** What a peer that asks tells of itself, kept: it may be one that this device cannot dial. */
import { formatCursor } from "../model/cursor.ts";
import { digestsEqual, missingFrom } from "../model/digest.ts";
import { isRecent } from "../model/timestamp.ts";
import type { CallerStanding, Holding } from "../protocol/status_query.ts";
import type { Peer } from "../store/peers.ts";
import type { SyncContext } from "./context.ts";

/** A peer that keeps saying the same is noted at most this often. */
const SAME_INTERVAL_MS = 30_000;

/**
 * Keeps what a caller told of itself. Where it holds what is held here, that is known on both sides
 * now, whichever of the two has asked.
 *
 * @throws peer_removed
 */
export function noteStanding(context: SyncContext, peer: Peer, told: CallerStanding): void {
  const { store } = context;
  if (told.discoveryKey !== undefined) {
    store.peers.recordDiscoveryKey(peer.deviceId, told.discoveryKey);
  }
  if (told.holding !== undefined) noteHolding(context, peer, told.holding);
}

function noteHolding({ store, nowMs }: SyncContext, peer: Peer, theirs: Holding): void {
  const { digest, head } = store.log.snapshot();
  if (!digestsEqual(digest, theirs.digest)) {
    store.peers.recordBehind(peer.deviceId, missingFrom(digest, theirs.digest));
    return;
  }
  const moved = { pulled: theirs.head, pushed: formatCursor(head) };
  const { pulled, pushed } = store.cursors.of(peer.deviceId);
  const isSame = peer.state === "ok" && peer.behind === 0 && pulled === moved.pulled &&
    pushed === moved.pushed && isRecent(peer.identicalAt, nowMs(), SAME_INTERVAL_MS);
  if (isSame) return;
  store.cursors.move(peer, moved);
  store.peers.recordIdentical(peer.deviceId);
}
