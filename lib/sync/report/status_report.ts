/** How sync stands on this device, as commands and the viewer report it. */
import type { Digest } from "../../model/digest.ts";
import type { KeyStoreName } from "../../model/key_place.ts";
import type { DiscoveryFact, FaultFact, ListenerFact, SyncFault } from "../../model/listener.ts";
import type { DeviceRecord } from "../../store/device.ts";
import { deviceForked } from "../../model/peer.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { QuarantineEntry } from "../../store/log/quarantine.ts";
import type { Store } from "../../store/store.ts";

/** What a report is made of besides the store. */
export interface StatusSources {
  readonly enabled: boolean;
  readonly deviceName: string;
  readonly mdnsEnabled: boolean;
  readonly version: string;
  /** The daemon that runs, where one does. */
  readonly daemon: {
    readonly pid: number;
    readonly version: string;
    readonly startedAt: string;
    readonly syncError: SyncFault | null;
    readonly listeners: readonly ListenerFact[];
    readonly mdns: DiscoveryFact;
    readonly fault: FaultFact | null;
  } | undefined;
  /** A process that runs as the daemon, although it does not say so: its facts cannot be read. */
  readonly silent?: { readonly pid: number | null } | undefined;
  /** The service that runs the daemon, where one does. */
  readonly service: ServiceReport;
  /** Where it would listen, for when no daemon runs. */
  readonly binds: readonly string[];
  readonly port: number;
  /** Whether another program has kept the database from being written for a while. */
  readonly databaseHeld: boolean;
  /** What keeps this device from proving who it is; null if nothing does. */
  readonly identityFault: SyncFault | null;
  /** The device whose database is gone; the store is an empty one then. */
  readonly lost?: LostDevice | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** A device whose database is gone. */
export interface LostDevice {
  readonly deviceId: string;
  readonly fingerprint: string;
}

/** How sync stands. */
export interface StatusReport {
  readonly enabled: boolean;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly fingerprint: string | null;
  /** When the key was made the one that it is; null where it is the first. */
  readonly rotatedAt: string | null;
  /** When another copy of its database was found to be in use; null where none was. */
  readonly forkedAt: string | null;
  /** When a peer has last refused another copy of its database; null where none has. */
  readonly copySeenAt: string | null;
  readonly digest: Digest;
  /** Whether another program keeps the database from being written. */
  readonly databaseHeld: boolean;
  /** Whether the database is gone: then nothing is known of memories and peers. */
  readonly databaseMissing: boolean;
  /** What keeps this device from proving who it is, as far as is known without asking a keychain. */
  readonly identityFault: SyncFault | null;
  /** Memories that wait for their op. */
  readonly legacyPending: number;
  readonly quarantined: number;
  /** The newest of them. */
  readonly quarantinedOps: readonly QuarantineEntry[];
  readonly listeners: readonly ListenerFact[];
  readonly mdns: DiscoveryFact;
  readonly daemon: DaemonReport;
  readonly service: ServiceReport;
  readonly lastSyncAt: string | null;
  readonly lastError: string | null;
  readonly keyStore: KeyStoreReport;
  readonly peers: readonly PeerReport[];
}

/** Where the private key is. */
export interface KeyStoreReport {
  /** Null as long as there is no key. */
  readonly name: KeyStoreName | null;
  /** Why it is in a file although a keychain would have been preferred. */
  readonly note: string | null;
  /** Where a copy is left that could not be removed yet. */
  readonly leftOver: KeyStoreName | null;
  /** Where a copy of an earlier key was kept, as far as is noted here. */
  readonly staleCopy: KeyStoreName | null;
}

/** The daemon in a report; facts of a process are null where none runs. */
export interface DaemonReport {
  /** `unreadable`: it runs, but its state cannot be read. */
  readonly state: "running" | "stopped" | "unreadable";
  readonly pid: number | null;
  readonly uptimeS: number | null;
  readonly version: string;
  /** What went wrong in it last, and did not end it. */
  readonly fault: FaultFact | null;
}

/** What the system does to run the daemon by itself. */
export interface ServiceReport {
  /** What would keep it; null where the system has nothing of the kind. */
  readonly kind: "systemd" | "launchd" | null;
  readonly installed: boolean;
  /** Whether it starts with the session. */
  readonly enabled: boolean;
  /** Whether the daemon that runs is this service. */
  readonly active: boolean;
}

/** A peer in a report. */
export interface PeerReport extends Peer {
  /** Changes kept here that it has not been handed yet. */
  readonly ahead: number;
}

/** So many ops in quarantine are listed; all are counted. */
const QUARANTINED_LISTED = 20;

/** Reports how sync stands, from what is kept here. */
export function statusReport(store: Store, sources: StatusSources): StatusReport {
  const { digest } = store.log.snapshot();
  const record = store.device.record();
  const { deviceId, fingerprint } = sources.lost ?? record;
  const peers = peerReports(store);
  const forkedAt = store.lives.forkedAt();
  const { enabled, deviceName, mdnsEnabled, daemon, service, identityFault } = sources;
  return {
    enabled,
    deviceId,
    deviceName,
    fingerprint,
    rotatedAt: store.rotations.own().at(-1)?.createdAt ?? null,
    forkedAt,
    copySeenAt: newest(peers.map(({ ownCopySeenAt }) => ownCopySeenAt)),
    digest,
    databaseHeld: sources.databaseHeld,
    databaseMissing: sources.lost !== undefined,
    identityFault,
    legacyPending: store.countLegacy(),
    quarantined: store.quarantine.count(),
    quarantinedOps: store.quarantine.list(QUARANTINED_LISTED),
    listeners: listeners(sources),
    mdns: { active: false, error: null, ...daemon?.mdns, enabled: mdnsEnabled },
    daemon: daemonReport(sources),
    service,
    lastSyncAt: newest(peers.map(({ lastSyncAt }) => lastSyncAt)),
    lastError: identityFault?.message ?? daemon?.syncError?.message ??
      (forkedAt === null ? newestError(store, peers) : deviceForked(deviceName).message),
    keyStore: keyStoreReport(record),
    peers,
  };
}

/** Reports how each peer stands. */
export function peerReports(store: Store): PeerReport[] {
  const { epoch } = store.log.head();
  // Peers have mostly been handed the same: all of it, or nothing yet.
  const counts = new Map<number, ReadonlyMap<string | null, number>>();
  return store.peers.list().map((peer) => {
    const pushed = store.cursors.pushedThrough(peer.deviceId, epoch);
    const behind = counts.get(pushed) ?? store.log.countAfter(pushed);
    counts.set(pushed, behind);
    return { ...peer, ahead: sumExcept(behind, peer.deviceId) };
  });
}

function keyStoreReport(record: DeviceRecord): KeyStoreReport {
  const { keyStore: name, keyStoreNote: note, keyTask, keyCopy, publicKey } = record;
  const other = name === "keychain" ? "file" : "keychain";
  return {
    name,
    note,
    leftOver: keyTask?.kind === "move" ? other : null,
    staleCopy: keyCopy !== null && keyCopy !== publicKey ? other : null,
  };
}

/** What came from a peer is not handed back to it. */
function sumExcept(counts: ReadonlyMap<string | null, number>, peerDeviceId: string): number {
  return [...counts].reduce((sum, [from, count]) => from === peerDeviceId ? sum : sum + count, 0);
}

/** Every address that is to be listened on, with why nobody listens there. */
function listeners({ enabled, daemon, binds, port }: StatusSources): readonly ListenerFact[] {
  if (daemon !== undefined && daemon.listeners.length > 0) return daemon.listeners;
  if (!enabled) return [];
  const silence = daemon === undefined
    ? { error: "codemem serve is not running", hint: "Run `codemem sync start`" }
    : { error: "codemem serve has not applied this yet", hint: "Look again in a moment" };
  return binds.map((address) => ({ address, port, listening: false, ...silence }));
}

function daemonReport({ daemon, silent, version, nowMs }: StatusSources): DaemonReport {
  if (daemon === undefined) {
    const unknown = { uptimeS: null, version, fault: null };
    return silent === undefined
      ? { state: "stopped", pid: null, ...unknown }
      : { state: "unreadable", pid: silent.pid, ...unknown };
  }
  const uptimeS = Math.max(0, Math.round((nowMs - Date.parse(daemon.startedAt)) / 1_000));
  const { pid, fault } = daemon;
  return { state: "running", pid, uptimeS, version: daemon.version, fault };
}

function newest(timestamps: readonly (string | null)[]): string | null {
  return timestamps.filter((each) => each !== null).sort().at(-1) ?? null;
}

/** What failed last: an offline peer is no fault of this device. */
function newestError(store: Store, peers: readonly Peer[]): string | null {
  const failures = peers
    .filter(({ state, lastError }) => lastError !== null && state !== "offline")
    .map(({ deviceId, lastError }) => ({
      lastError,
      at: store.attempts.last(deviceId)?.finishedAt ?? "",
    }));
  // Timestamps in text order are in time order.
  return failures.sort((a, b) => a.at < b.at ? 1 : -1)[0]?.lastError ?? null;
}
