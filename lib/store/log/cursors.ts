/** How far the logs have been read: each peer's by this device, and this device's by each peer. */
import { parseCursor } from "../../model/cursor.ts";
import type { Pin } from "../../model/peer.ts";
import type { StoreContext } from "../context.ts";
import { requirePinned } from "../peers/require_pinned.ts";

/** How far two logs have been read; each is the text that its owner gave out. */
export interface PeerCursors {
  readonly pulled: string | null;
  readonly pushed: string | null;
}

/** The cursors of a store. */
export class Cursors {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The cursors held for a peer. */
  of(deviceId: string): PeerCursors {
    const row = this.#context.database.get(
      "SELECT pulled, pushed FROM replication_cursors WHERE peer_device_id = ?",
      deviceId,
    );
    return {
      pulled: (row?.pulled ?? null) as string | null,
      pushed: (row?.pushed ?? null) as string | null,
    };
  }

  /** Up to where this life of the log has been handed to a peer. */
  pushedThrough(deviceId: string, epoch: string): number {
    const { pushed } = this.of(deviceId);
    const cursor = pushed === null ? undefined : parseCursor(pushed);
    return cursor?.epoch === epoch ? cursor.seq : 0;
  }

  /**
   * Moves cursors; what is not named stays.
   *
   * @throws peer_removed where the peer is no longer pinned so
   */
  move(peer: Pin, moved: Partial<PeerCursors>): void {
    const { database } = this.#context;
    database.write(() => {
      requirePinned(database, peer);
      const { pulled, pushed } = { ...this.of(peer.deviceId), ...moved };
      database.run(
        `INSERT INTO replication_cursors (peer_device_id, pulled, pushed) VALUES (?, ?, ?)
         ON CONFLICT (peer_device_id) DO UPDATE SET pulled = excluded.pulled, pushed = excluded.pushed`,
        peer.deviceId,
        pulled,
        pushed,
      );
    });
  }

  /** Forgets how far was read. */
  forget(deviceId: string): void {
    this.#context.database.run(
      "DELETE FROM replication_cursors WHERE peer_device_id = ?",
      deviceId,
    );
  }
}
