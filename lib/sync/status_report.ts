/** How sync stands on this device, as commands and the viewer report it. */
import { formatDigestSum } from "../model/digest.ts";
import type { JsonObject } from "../model/canonical_json.ts";
import type { Peer } from "../store/peers.ts";
import type { Store } from "../store/store.ts";

/** What a report is made of besides the store. */
export interface StatusSources {
  readonly enabled: boolean;
  readonly deviceName: string;
  readonly mdnsEnabled: boolean;
  readonly keyStore: string;
  readonly version: string;
  /** The daemon that runs, where one does. */
  readonly daemon: {
    readonly pid: number;
    readonly version: string;
    readonly startedAt: string;
    readonly syncError: string | null;
    readonly listeners: readonly {
      readonly address: string;
      readonly port: number;
      readonly listening: boolean;
      readonly error: string | null;
    }[];
  } | undefined;
  /** Where it would listen, for when no daemon runs. */
  readonly binds: readonly string[];
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The report, in the names of the JSON that is shown. */
export function statusReport(store: Store, sources: StatusSources): JsonObject {
  const { digest, head } = store.log.snapshot();
  const device = store.device.record();
  const peers = store.peers.list();
  const { daemon } = sources;
  return {
    enabled: sources.enabled,
    device_id: device.deviceId,
    device_name: sources.deviceName,
    fingerprint: device.fingerprint,
    digest: formatDigestSum(digest.sum),
    live: digest.live,
    tombstones: digest.tombstones,
    legacy_pending: store.countLegacy(),
    quarantined: store.quarantine.count(),
    listeners: daemon === undefined
      ? idleListeners(sources)
      : daemon.listeners.map((each) => ({ ...each })),
    mdns: { enabled: sources.mdnsEnabled, active: false, error: null },
    daemon: {
      state: daemon === undefined ? "stopped" : "running",
      pid: daemon?.pid ?? null,
      uptime_s: daemon === undefined ? null : uptimeS(daemon.startedAt, sources.nowMs),
      version: daemon?.version ?? sources.version,
    },
    last_sync_at: newest(peers.map(({ lastSyncAt }) => lastSyncAt)),
    last_error: daemon?.syncError ?? newestError(peers),
    key_store: sources.keyStore,
    peers: peers.map((peer) => peerReport(store, peer, head.epoch)),
  };
}

/** One peer, in the names of the JSON that is shown. */
export function peerReport(store: Store, peer: Peer, epoch: string): JsonObject {
  return {
    peer_device_id: peer.deviceId,
    name: peer.name,
    fingerprint: peer.fingerprint,
    state: peer.state,
    addresses: peer.addresses,
    last_good_address: peer.lastGoodAddress,
    paired_at: peer.pairedAt,
    last_seen_at: peer.lastSeenAt,
    last_sync_at: peer.lastSyncAt,
    last_error: peer.lastError,
    identical_at: peer.identicalAt,
    behind: peer.behind,
    ahead: store.log.countAfter(store.cursors.pushedThrough(peer.deviceId, epoch), peer.deviceId),
    divergent: peer.divergent,
    clock_offset_ms: peer.clockOffsetMs,
  };
}

function idleListeners({ enabled, binds, port }: StatusSources): JsonObject[] {
  if (!enabled) return [];
  return binds.map((address) => ({ address, port, listening: false, error: null }));
}

function uptimeS(startedAt: string, nowMs: number): number {
  return Math.max(0, Math.round((nowMs - Date.parse(startedAt)) / 1_000));
}

function newest(timestamps: readonly (string | null)[]): string | null {
  return timestamps.filter((each) => each !== null).sort().at(-1) ?? null;
}

/** The error of the peer that was heard from last: an offline peer is no fault of this device. */
function newestError(peers: readonly Peer[]): string | null {
  const failing = peers.filter(({ state, lastError }) => lastError !== null && state !== "offline");
  return failing.at(0)?.lastError ?? null;
}
