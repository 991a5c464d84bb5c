/** Recording what a caller tells about itself: it may be a peer that this device cannot dial. */
import { missingFrom } from "../../model/digest.ts";
import { deviceForked } from "../../model/peer.ts";
import { isRecent } from "../../model/timestamp.ts";
import type { CallerStanding, Holding } from "../../protocol/status_query.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { SyncContext } from "../context.ts";
import { checkLives } from "./check_lives.ts";
import { settle } from "./settle.ts";

/** A peer that keeps telling the same is recorded at most this often. */
const SAME_INTERVAL_MS = 30_000;

/**
 * Records what a caller told about itself. If it holds the same memories, both sides now know that,
 * whichever of the two has asked.
 *
 * @returns whether what is known of the peer has changed
 * @throws peer_removed; device_forked, whichever of the two devices it is; fork_unproven
 */
export function noteStanding(context: SyncContext, peer: Peer, told: CallerStanding): boolean {
  const { store } = context;
  if (told.forked === true) {
    const refusal = deviceForked(peer.name);
    store.peers.recordRefused(peer.deviceId, refusal);
    store.lives.recordCopyOfPeer(peer.deviceId);
    throw refusal;
  }
  checkLives(context, peer, told);
  if (told.discoveryKey !== undefined) {
    store.peers.recordDiscoveryKey(peer.deviceId, told.discoveryKey);
  }
  return told.holding !== undefined && noteHolding(context, peer, told.holding);
}

function noteHolding(context: SyncContext, peer: Peer, theirs: Holding): boolean {
  const { store, nowMs } = context;
  const settlement = settle(context, peer, theirs);
  if (settlement === "different") {
    const { digest } = store.log.snapshot();
    return store.peers.recordBehind(peer.deviceId, missingFrom(digest, theirs.digest));
  }
  const isNoted = peer.state === "ok" && peer.behind === 0 &&
    isRecent(peer.identicalAt, nowMs(), SAME_INTERVAL_MS);
  const isNews = settlement === "settled" || !isNoted;
  if (isNews) store.peers.recordIdentical(peer.deviceId);
  return isNews;
}
