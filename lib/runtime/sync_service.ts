/** Sync as long as it is enabled: the listener that answers, the loop that asks, and discovery. */
import { type CodememError, toCodememError } from "../errors.ts";
import type { Settings } from "../config/schema.ts";
import { LogWatch } from "../daemon/log_watch.ts";
import { SyncLoop } from "../daemon/sync_loop.ts";
import type { DiscoveryFact, ListenerFact } from "../model/listener.ts";
import { listenTls } from "../net/tls_listener.ts";
import type { Store } from "../store/store.ts";
import { createSyncHandler, ownerOf } from "../sync/answer.ts";
import { ownAddresses } from "../sync/own_addresses.ts";
import { type Paired, PairingDesk } from "../sync/pairing_desk.ts";
import type { SyncContext } from "../sync/context.ts";
import type { PassProgress } from "../sync/pass.ts";
import type { SyncOutcome } from "../sync/sync_peer.ts";
import { PeerDiscovery } from "./discovery.ts";
import type { Identity } from "./identity.ts";
import { interfaceAddresses, syncContext } from "./network.ts";

/** What sync tells of itself while it runs. */
export interface SyncEvents {
  readonly onSynced?: (outcome: SyncOutcome) => void;
  readonly onProgress?: (peerDeviceId: string, progress: PassProgress) => void;
  readonly onPaired?: (peer: Paired) => void;
  /** What is known of a peer has changed by what it has told. */
  readonly onNoted?: () => void;
  /** A device that was paired here has spoken to us as a peer. */
  readonly onConfirmed?: (peerDeviceId: string) => void;
  readonly onFault?: (error: CodememError) => void;
}

/** Options of {@link startSync}. */
export interface SyncServiceOptions extends SyncEvents {
  readonly store: Store;
  readonly identity: Identity;
  readonly settings: Settings;
  readonly version: string;
  readonly nowMs: () => number;
  /** Whether to run passes and look for peers, too; otherwise it only answers. */
  readonly loop: boolean;
  /** A peer was reached, or waits here. */
  readonly onInTouch?: () => void;
}

/** Running sync. */
export interface SyncService {
  readonly identity: Identity;
  readonly listeners: readonly ListenerFact[];
  readonly discovery: DiscoveryFact;
  /** Whether any peer is in touch with this device. */
  isInTouch(): boolean;
  /** Memories or peers may have changed, by this process or another one. */
  changed(): void;
  /** Runs a pass with these peers now, or with all. */
  syncNow(peerDeviceIds?: readonly string[]): void;
  /** The network is another one, or the machine has slept. */
  reconnect(): void;
  stop(): Promise<void>;
}

/**
 * Starts sync.
 *
 * @throws port_in_use, or address_unavailable where nothing can be listened on
 */
export async function startSync(options: SyncServiceOptions): Promise<SyncService> {
  const { store, settings } = options;
  const context = syncContext(options);
  const onFault = (error: unknown) => options.onFault?.(toCodememError(error));
  // Where another process holds the database, sync begins all the same.
  const beginLife = () => void store.whenFree(() => store.lives.begin()).catch(onFault);
  beginLife();
  const monotonicMs = () => performance.now();
  const watch = new LogWatch({
    head: () => store.log.head().seq,
    onWaiting: options.onInTouch,
    onLeft: (peerDeviceId) => loop?.left(peerDeviceId),
    monotonicMs,
  });
  const listener = await listen(options, context, watch);
  let loop: SyncLoop | undefined;
  let discovery: PeerDiscovery | undefined;
  if (options.loop) {
    discovery = new PeerDiscovery({
      store,
      settings,
      announce: true,
      nowMs: options.nowMs,
      onSeen: (peerDeviceId) => loop?.seen(peerDeviceId),
      onFault,
    });
    loop = new SyncLoop({
      context,
      watch,
      intervalMs: settings.syncIntervalS * 1_000,
      discovered: discovery.addressesOf,
      onSynced(outcome) {
        if (outcome.error === undefined) options.onInTouch?.();
        options.onSynced?.(outcome);
      },
      onProgress: (peerDeviceId, progress) => options.onProgress?.(peerDeviceId, progress),
      onFault,
      monotonicMs,
      random: Math.random,
    });
    loop.start();
    await discovery.opened();
  }
  const endRemoved = () => {
    let owners: Set<string> | undefined;
    listener.endOwned((owner) => !(owners ??= new Set(store.peers.list().map(ownerOf))).has(owner));
  };
  const changed = () => {
    // Who waits here is answered at once, the others a moment later.
    watch.notify();
    endRemoved();
    loop?.changed();
    discovery?.followKeys();
  };
  const unsubscribe = store.subscribe(changed);
  return {
    identity: options.identity,
    listeners: listener.facts,
    get discovery() {
      return discovery?.fact ?? { enabled: settings.syncMdns, active: false, error: null };
    },
    isInTouch: () => loop?.isInTouch() ?? false,
    changed,
    syncNow: (peerDeviceIds) => loop?.syncNow(peerDeviceIds),
    reconnect() {
      // What has slept may be a copy of a machine that has not.
      beginLife();
      discovery?.refresh();
      loop?.reconnect();
    },
    async stop() {
      unsubscribe();
      watch.close();
      await Promise.all([loop?.stop(), listener.close(), discovery?.stop()]);
    },
  };
}

function listen(
  { identity, settings, onPaired, onNoted, onConfirmed, onFault }: SyncServiceOptions,
  context: SyncContext,
  watch: LogWatch,
) {
  const pairing = new PairingDesk(context, {
    ownAddresses: () => ownAddresses(settings, interfaceAddresses()),
    onPaired,
    onConfirmed,
  });
  return listenTls({
    binds: settings.syncBind,
    port: settings.syncPort,
    privateKey: identity.privateKey,
    certificatePem: identity.certificatePem,
    handler: createSyncHandler(context, {
      pairing,
      waitForOps: (waiting) => watch.wait(waiting),
      onNoted,
      onFault,
    }),
    onError: (error) => onFault?.(toCodememError(error)),
  });
}
