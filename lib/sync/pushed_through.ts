/** How far this device's log has been handed to a peer. */
import { parseCursor } from "../model/cursor.ts";
import type { SyncContext } from "./context.ts";

/** Up to where this life of the log has been handed over. */
export function pushedThrough(
  { store }: Pick<SyncContext, "store">,
  peerDeviceId: string,
  epoch: string,
): number {
  const { pushed } = store.peers.cursors(peerDeviceId);
  const cursor = pushed === null ? undefined : parseCursor(pushed);
  return cursor?.epoch === epoch ? cursor.seq : 0;
}
