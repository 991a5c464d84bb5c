/** Whether a peer is still trusted at the moment when something is done for it. */
import { peerRemoved, type Pin } from "../../model/peer.ts";
import type { Database } from "../database.ts";

/**
 * Requires that a peer is pinned by exactly this key now: a session that began before it was removed, or
 * before its key was replaced, ends here.
 *
 * @throws peer_removed
 */
export function requirePinned(database: Database, { deviceId, fingerprint }: Pin): void {
  const row = database.get(
    "SELECT fingerprint FROM sync_peers WHERE peer_device_id = ? AND removed_at IS NULL",
    deviceId,
  );
  if (row?.fingerprint === fingerprint) return;
  throw row === undefined
    ? peerRemoved()
    : peerRemoved("The peer was paired again with another key");
}
