/** A peer, and the row in which it is kept. */
import type { PeerIdentity, PeerState } from "../../model/peer.ts";
import type { Row } from "../database.ts";

/** A pinned device and what is known of it. */
export interface Peer extends PeerIdentity {
  /** The device's certificate, PEM; null until the first contact. */
  readonly certificate: string | null;
  /** `host:port` each; the one that last worked comes first, the oldest are dropped. */
  readonly addresses: readonly string[];
  readonly lastGoodAddress: string | null;
  readonly state: PeerState;
  readonly pairedAt: string;
  readonly removedAt: string | null;
  readonly lastSeenAt: string | null;
  readonly lastSyncAt: string | null;
  readonly lastErrorCode: string | null;
  readonly lastError: string | null;
  /** When both sides were last seen to hold the same memories. */
  readonly identicalAt: string | null;
  /** How many memories both held then. */
  readonly identicalLive: number | null;
  /** Ops that the peer was known to have for this device when it was last in touch. */
  readonly behind: number;
  /** The peer's time minus ours, as its answers showed. */
  readonly clockOffsetMs: number;
  /** By which its adverts on the local network are recognised; null until it has told. */
  readonly discoveryKey: Uint8Array | null;
  /** Sequences: of its last rotation accepted here, and of this device's last rotation that it knows. */
  readonly rotationAccepted: number;
  readonly rotationTold: number;
  /** When its present key was accepted in place of the one before. */
  readonly rotatedAt: string | null;
  /** When two successors of one of its keys were first seen. */
  readonly keyForkedAt: string | null;
  /** When another copy of its database was refused here last. */
  readonly copySeenAt: string | null;
  /** When it has last refused another copy of this device's database, as it says. */
  readonly ownCopySeenAt: string | null;
  readonly reconciledAt: string | null;
  /** Ids of memories that differ even after a reconciliation, up to a limit. */
  readonly divergent: readonly string[];
}

/** Reads a row of `sync_peers`. */
export function peerFromRow(row: Row): Peer {
  const text = (name: string) => row[name] as string;
  const optional = (name: string) => row[name] as string | null;
  return {
    deviceId: text("peer_device_id"),
    name: text("name"),
    publicKey: text("public_key"),
    fingerprint: text("fingerprint"),
    certificate: optional("certificate"),
    addresses: JSON.parse(text("addresses")),
    lastGoodAddress: optional("last_good_address"),
    state: text("state") as PeerState,
    pairedAt: text("paired_at"),
    removedAt: optional("removed_at"),
    lastSeenAt: optional("last_seen_at"),
    lastSyncAt: optional("last_sync_at"),
    lastErrorCode: optional("last_error_code"),
    lastError: optional("last_error"),
    identicalAt: optional("identical_at"),
    identicalLive: row.identical_live as number | null,
    behind: row.behind as number,
    clockOffsetMs: row.clock_offset_ms as number,
    discoveryKey: row.discovery_key as Uint8Array | null,
    rotationAccepted: row.rotation_accepted as number,
    rotationTold: row.rotation_told as number,
    rotatedAt: optional("rotated_at"),
    keyForkedAt: optional("key_forked_at"),
    copySeenAt: optional("copy_seen_at"),
    ownCopySeenAt: optional("own_copy_seen_at"),
    reconciledAt: optional("reconciled_at"),
    divergent: JSON.parse(text("divergent")),
  };
}
