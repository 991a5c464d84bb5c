/** A report of how sync stands, in the names of the JSON that is shown. */
import { formatDigestSum } from "../../model/digest.ts";
import type { QuarantineEntry } from "../../store/log/quarantine.ts";
import type { PeerReport, StatusReport } from "./status_report.ts";

/** Encodes a report. */
export function statusJson(report: StatusReport) {
  const { digest, daemon } = report;
  return {
    enabled: report.enabled,
    device_id: report.deviceId,
    device_name: report.deviceName,
    fingerprint: report.fingerprint,
    rotated_at: report.rotatedAt,
    forked_at: report.forkedAt,
    copy_seen_at: report.copySeenAt,
    digest: formatDigestSum(digest.sum),
    live: digest.live,
    tombstones: digest.tombstones,
    identity_fault: report.identityFault,
    database: { held: report.databaseHeld, missing: report.databaseMissing },
    legacy_pending: report.legacyPending,
    quarantined: report.quarantined,
    quarantined_ops: report.quarantinedOps.map(quarantinedJson),
    listeners: report.listeners,
    mdns: report.mdns,
    daemon: {
      state: daemon.state,
      pid: daemon.pid,
      uptime_s: daemon.uptimeS,
      version: daemon.version,
      fault: daemon.fault,
    },
    service: report.service,
    last_sync_at: report.lastSyncAt,
    last_error: report.lastError,
    key_store: report.keyStore.name,
    key_store_note: report.keyStore.note,
    key_store_left_over: report.keyStore.leftOver,
    key_store_stale_copy: report.keyStore.staleCopy,
    peers: report.peers.map(peerJson),
  };
}

/** Encodes an op that could not be applied. */
export function quarantinedJson(op: QuarantineEntry) {
  return {
    op_id: op.opId,
    entity_id: op.entityId,
    reason: op.reason,
    detail: op.detail,
    received_from: op.receivedFrom,
    received_at: op.receivedAt,
  };
}

/** Encodes how one peer stands. */
export function peerJson(peer: PeerReport) {
  return {
    peer_device_id: peer.deviceId,
    name: peer.name,
    fingerprint: peer.fingerprint,
    rotated_at: peer.rotatedAt,
    key_forked_at: peer.keyForkedAt,
    copy_seen_at: peer.copySeenAt,
    state: peer.state,
    addresses: peer.addresses,
    last_good_address: peer.lastGoodAddress,
    paired_at: peer.pairedAt,
    last_seen_at: peer.lastSeenAt,
    last_sync_at: peer.lastSyncAt,
    last_error: peer.lastError,
    last_error_code: peer.lastErrorCode,
    identical_at: peer.identicalAt,
    identical_live: peer.identicalLive,
    behind: peer.behind,
    ahead: peer.ahead,
    divergent: peer.divergent,
    clock_offset_ms: peer.clockOffsetMs,
  };
}
