/** Running sync: the listener that answers, the loop that asks, and discovery. */
import { type CodememError, toCodememError } from "../errors.ts";
import type { Settings } from "../config/schema.ts";
import { LogWatch } from "../daemon/log_watch.ts";
import { SyncLoop } from "../daemon/sync_loop.ts";
import type { DiscoveryFact, ListenerFact } from "../model/listener.ts";
import { listenTls, type TlsListener } from "../net/tls_listener.ts";
import type { Store } from "../store/store.ts";
import { createSyncHandler, ownerOf } from "../sync/answer/answer.ts";
import { ownAddresses } from "../sync/own_addresses.ts";
import { type Paired, PairingHandler } from "../sync/pairing/pairing_handler.ts";
import type { SyncContext } from "../sync/context.ts";
import type { PassProgress } from "../sync/ask/pass.ts";
import type { SyncOutcome } from "../sync/ask/sync_peer.ts";
import { allEnded } from "../time/all_ended.ts";
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
 * @throws port_in_use, or address_unavailable where nothing can be listened on; database_busy
 */
export async function startSync(options: SyncServiceOptions): Promise<SyncService> {
  const { store } = options;
  const context = syncContext(options);
  // All that sync says of this device tells it: it is there before anything is open.
  await store.whenFree(() => store.device.discoveryKey());
  beginLife(options);
  let asking: Asking | undefined;
  const watch = new LogWatch({
    head: () => store.log.head().seq,
    onWaiting: options.onInTouch,
    onLeft: (peerDeviceId) => asking?.loop.left(peerDeviceId),
    monotonicMs,
  });
  const listener = await listen(options, context, watch);
  if (options.loop) asking = startAsking(options, context, watch);
  await asking?.discovery.opened();
  return new RunningSync(options, { watch, listener, asking });
}

/** Where another process holds the database, sync begins all the same. */
function beginLife({ store, onFault }: SyncServiceOptions): void {
  void store.whenFree(() => store.lives.begin()).catch((error) => onFault?.(toCodememError(error)));
}

const monotonicMs = () => performance.now();

/** The side that asks: the passes, and the look for peers to run them with. */
interface Asking {
  readonly loop: SyncLoop;
  readonly discovery: PeerDiscovery;
}

function startAsking(
  options: SyncServiceOptions,
  context: SyncContext,
  watch: LogWatch,
): Asking {
  const { store, settings, nowMs } = options;
  const onFault = (error: unknown) => options.onFault?.(toCodememError(error));
  const discovery = new PeerDiscovery({
    ...{ store, settings, nowMs, onFault },
    announce: true,
    onSeen: (peerDeviceId) => loop.seen(peerDeviceId),
  });
  const loop = new SyncLoop({
    ...{ context, watch, monotonicMs, onFault },
    intervalMs: settings.syncIntervalS * 1_000,
    discovered: discovery.addressesOf,
    onSynced(outcome) {
      if (outcome.error === undefined) options.onInTouch?.();
      options.onSynced?.(outcome);
    },
    onProgress: (peerDeviceId, progress) => options.onProgress?.(peerDeviceId, progress),
    random: Math.random,
  });
  loop.start();
  return { loop, discovery };
}

/** What runs. */
interface Parts {
  readonly watch: LogWatch;
  readonly listener: TlsListener;
  /** `undefined` where this device only answers. */
  readonly asking: Asking | undefined;
}

class RunningSync implements SyncService {
  readonly #options: SyncServiceOptions;
  readonly #parts: Parts;
  readonly #unsubscribe: () => void;
  #epoch: string;

  constructor(options: SyncServiceOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#epoch = options.store.log.head().epoch;
    this.#unsubscribe = options.store.subscribe(() => this.changed());
  }

  get identity(): Identity {
    return this.#options.identity;
  }

  get listeners(): readonly ListenerFact[] {
    return this.#parts.listener.facts;
  }

  get discovery(): DiscoveryFact {
    const { asking } = this.#parts;
    const { syncMdns: enabled } = this.#options.settings;
    return asking?.discovery.fact ?? { enabled, active: false, error: null };
  }

  isInTouch(): boolean {
    return this.#parts.asking?.loop.isInTouch() ?? false;
  }

  changed(): void {
    const { watch, asking } = this.#parts;
    // Who waits here is answered at once, the others a moment later.
    watch.notify();
    this.#endRemoved();
    asking?.loop.changed();
    asking?.discovery.followKeys();
    this.#takeUpLog();
  }

  syncNow(peerDeviceIds?: readonly string[]): void {
    this.#parts.asking?.loop.syncNow(peerDeviceIds);
  }

  reconnect(): void {
    // What has slept may be a copy of a machine that has not.
    beginLife(this.#options);
    this.#parts.asking?.discovery.refresh();
    this.#parts.asking?.loop.reconnect();
  }

  async stop(): Promise<void> {
    const { watch, listener, asking } = this.#parts;
    this.#unsubscribe();
    watch.close();
    await allEnded([asking?.loop.stop(), listener.close(), asking?.discovery.stop()]);
  }

  /**
   * A log that begins anew, as after `sync identity keep`, ends what peers have refused so far; and no cursor
   * leads into it, of those that open connections have.
   */
  #takeUpLog(): void {
    const { epoch } = this.#options.store.log.head();
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.reconnect();
  }

  #endRemoved(): void {
    const { peers } = this.#options.store;
    let owners: Set<string> | undefined;
    this.#parts.listener.endOwned((owner) =>
      !(owners ??= new Set(peers.list().map(ownerOf))).has(owner)
    );
  }
}

function listen(
  { identity, settings, onPaired, onNoted, onConfirmed, onFault }: SyncServiceOptions,
  context: SyncContext,
  watch: LogWatch,
) {
  const pairing = new PairingHandler(context, {
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
