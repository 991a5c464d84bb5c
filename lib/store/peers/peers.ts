/** The devices that this one has paired with, and the state of each. */
import { CodememError } from "../../errors.ts";
import type { PeerIdentity, Pin } from "../../model/peer.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import { Cursors } from "../log/cursors.ts";
import { DISCOVERY_KEY_BYTES } from "../device.ts";
import { mergeAddresses } from "./peer_addresses.ts";
import { type Peer, peerFromRow } from "./peer_row.ts";
import { type NewPin, type PinOutcome, pinPeer } from "./pin_peer.ts";
import { requirePinned } from "./require_pinned.ts";

export type { Peer } from "./peer_row.ts";

/** What is known of a peer besides its identity when it is pinned. */
export interface PinOptions extends Omit<NewPin, "identity"> {
  readonly discoveryKey?: Uint8Array | null;
}

/** The peers of a store. */
export class Peers {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The peers that are paired now, by name. */
  list(): Peer[] {
    return this.#context.database
      .all("SELECT * FROM sync_peers WHERE removed_at IS NULL ORDER BY name, peer_device_id")
      .map(peerFromRow);
  }

  /** Id and name of each device that is or was paired. */
  names(): (readonly [deviceId: string, name: string])[] {
    return this.#context.database.all("SELECT peer_device_id, name FROM sync_peers")
      .map((row) => [row.peer_device_id as string, row.name as string] as const);
  }

  /** The peer with this id, removed or not. */
  find(deviceId: string): Peer | undefined {
    const row = this.#context.database.get(
      "SELECT * FROM sync_peers WHERE peer_device_id = ?",
      deviceId,
    );
    return row === undefined ? undefined : peerFromRow(row);
  }

  /**
   * The peer that a person meant.
   *
   * @param text a name, an id, or the first four or more characters of an id
   * @throws not_found, or invalid_input if several match
   */
  resolve(text: string): Peer {
    const peers = this.list();
    const exact = peers.filter(({ deviceId, name }) => deviceId === text || name === text);
    const found = exact.length > 0 || text.length < 4
      ? exact
      : peers.filter(({ deviceId }) => deviceId.startsWith(text));
    if (found.length === 1) return found[0]!;
    const hint = "`codemem sync peers list` shows names and ids";
    if (found.length === 0) {
      throw new CodememError("not_found", `No peer is called "${text}"`, { hint });
    }
    // Of the two entries of a device with a new identity, the state tells which is the old one.
    const ids = found.map(({ deviceId, state }) => `${deviceId} (${state.replace("_", " ")})`)
      .join(", ");
    throw new CodememError("invalid_input", `"${text}" may mean any of ${ids}`, {
      hint: "Give the id",
    });
  }

  /**
   * Pins a device.
   *
   * @throws key_changed if the device is pinned with another key and `replaceKey` is not set
   */
  pin(identity: PeerIdentity, options: PinOptions): PinOutcome {
    return this.#context.database.writeDurably(() => {
      const { discoveryKey, ...pin } = options;
      const known = this.find(identity.deviceId);
      const outcome = pinPeer(this.#context, { identity, ...pin }, known);
      if (discoveryKey) this.recordDiscoveryKey(identity.deviceId, discoveryKey);
      return outcome;
    });
  }

  /**
   * Requires that a peer is pinned by exactly this key now.
   *
   * @throws peer_removed
   */
  requirePinned(peer: Pin): void {
    requirePinned(this.#context.database, peer);
  }

  /** Gives a peer another name. */
  rename(deviceId: string, name: string): void {
    this.#context.database.writeDurably(() =>
      this.#context.database.run(
        "UPDATE sync_peers SET name = ? WHERE peer_device_id = ?",
        name,
        deviceId,
      )
    );
  }

  /** Ends the trust in a peer; its row stays, so that it can be told that it was removed. */
  remove(deviceId: string): void {
    const now = formatTimestamp(this.#context.nowMs());
    this.#context.database.writeDurably(() => {
      this.#context.database.run(
        `UPDATE sync_peers SET removed_at = ?, certificate = NULL, discovery_key = NULL
         WHERE peer_device_id = ?`,
        now,
        deviceId,
      );
      // A removed peer must no longer recognise this device's adverts.
      this.#context.database.run(
        "UPDATE sync_device SET discovery_key = ?",
        this.#context.randomBytes(DISCOVERY_KEY_BYTES),
      );
      new Cursors(this.#context).forget(deviceId);
      this.#context.database.run("DELETE FROM sync_attempts WHERE peer_device_id = ?", deviceId);
    });
  }

  /**
   * Records where a peer was reached and authenticated, and with which certificate.
   *
   * @throws peer_removed
   */
  recordContact(
    peer: Pin,
    contact: { readonly address: string; readonly certificate: string },
  ): void {
    const { database, nowMs } = this.#context;
    database.write(() => {
      // A certificate of a key that is no longer pinned must not be what the next dial trusts.
      requirePinned(database, peer);
      const known = this.find(peer.deviceId)!;
      database.run(
        `UPDATE sync_peers SET last_seen_at = ?, last_good_address = ?, certificate = ?, addresses = ?
         WHERE peer_device_id = ?`,
        formatTimestamp(nowMs()),
        contact.address,
        contact.certificate,
        JSON.stringify(mergeAddresses([contact.address], known.addresses)),
        peer.deviceId,
      );
    });
  }

  /** Records that the peer has sent an authenticated request. */
  recordSeen(deviceId: string): void {
    const now = formatTimestamp(this.#context.nowMs());
    this.#context.database.run(
      "UPDATE sync_peers SET last_seen_at = ? WHERE peer_device_id = ?",
      now,
      deviceId,
    );
  }

  /** Records that the peer holds the same memories as this device. */
  recordIdentical(deviceId: string): void {
    const now = formatTimestamp(this.#context.nowMs());
    this.#context.database.run(
      `UPDATE sync_peers SET state = 'ok', last_error_code = NULL, last_error = NULL, behind = 0,
         divergent = '[]', last_sync_at = ?1, identical_at = ?1,
         identical_live = (SELECT live FROM replication_digest)
       WHERE peer_device_id = ?2 AND removed_at IS NULL`,
      now,
      deviceId,
    );
  }

  /** Records why a request of the peer was refused, if its owner has to know of it on this side, too. */
  recordRefused(
    deviceId: string,
    { code, message }: { readonly code: string; readonly message: string },
  ): void {
    this.#context.database.run(
      `UPDATE sync_peers SET state = 'auth_failed', last_error_code = ?2, last_error = ?3
       WHERE peer_device_id = ?1 AND removed_at IS NULL
         AND (state <> 'auth_failed' OR last_error IS NOT ?3)`,
      deviceId,
      code,
      message,
    );
  }

  /**
   * Records the number of memories, at least, that the peer has and this device does not.
   *
   * @returns whether the number has changed
   */
  recordBehind(deviceId: string, behind: number): boolean {
    return this.#context.database.run(
      "UPDATE sync_peers SET behind = ?1 WHERE peer_device_id = ?2 AND behind <> ?1",
      behind,
      deviceId,
    ) > 0;
  }

  /** Records the peer's time minus ours, in milliseconds. */
  recordClockOffset(deviceId: string, offsetMs: number): void {
    this.#context.database.run(
      "UPDATE sync_peers SET clock_offset_ms = ? WHERE peer_device_id = ?",
      Math.round(offsetMs),
      deviceId,
    );
  }

  /** Records the key by which the peer's adverts are recognised. */
  recordDiscoveryKey(deviceId: string, discoveryKey: Uint8Array): void {
    const { database } = this.#context;
    const isKnown = database.get(
      "SELECT 1 AS found FROM sync_peers WHERE peer_device_id = ? AND discovery_key = ?",
      deviceId,
      discoveryKey,
    );
    if (isKnown !== undefined) return;
    // Subscribers are notified of durable writes: discovery has to use the new key.
    database.writeDurably(() =>
      database.run(
        "UPDATE sync_peers SET discovery_key = ? WHERE peer_device_id = ?",
        discoveryKey,
        deviceId,
      )
    );
  }

  /** Records a reconciliation, and the ids of memories that still differ after it. */
  recordReconciliation(deviceId: string, divergent: readonly string[]): void {
    this.#context.database.run(
      "UPDATE sync_peers SET reconciled_at = ?, divergent = ? WHERE peer_device_id = ?",
      formatTimestamp(this.#context.nowMs()),
      JSON.stringify(divergent),
      deviceId,
    );
  }
}
