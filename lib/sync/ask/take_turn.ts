/** Reading long logs from one peer at a time. */
import type { Pin } from "../../model/peer.ts";
import type { SyncContext } from "../context.ts";
import type { PeerSession } from "./session.ts";
import { settle } from "../standing/settle.ts";

/**
 * Waits until no other log is being read. If the same ops have arrived from another peer meanwhile, moves
 * the cursors, so that nothing of this log is left to read.
 *
 * @returns ends the turn
 */
export async function takeTurn(
  context: SyncContext,
  session: Pick<PeerSession, "status">,
  peer: Pin,
): Promise<() => void> {
  const leave = await context.transfers.enter(peer.deviceId);
  try {
    const { store } = context;
    const status = await session.status();
    await store.whenFree(() => {
      if (settle(context, peer, status) === "settled") store.peers.recordIdentical(peer.deviceId);
    });
    return leave;
  } catch (error) {
    leave();
    throw error;
  }
}
