/** Keeps every peer in sync: a worker for each, and the events that trigger them. */
import { CodememError } from "../errors.ts";
import type { Peer } from "../store/peers/peers.ts";
import { PeerExchange, type PeerExchangeOptions } from "./peer_exchange.ts";
import { PeerWorker, type WorkerPass } from "./peer_worker.ts";

/** Options of {@link SyncLoop}. */
export interface SyncLoopOptions extends PeerExchangeOptions {
  readonly intervalMs: number;
  readonly onFault: (error: unknown) => void;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** Changes that come together are handled together. */
const DEBOUNCE_MS = 20;
/** While many ops arrive from another peer, this is how often to check what has to be sent. */
const RECEIVING_LOOK_MS = 1_000;

/** Runs passes with all peers until it is stopped. */
export class SyncLoop {
  readonly #options: SyncLoopOptions;
  /** By device id and pinned key: a peer with a new key gets a new worker. */
  readonly #workers = new Map<string, { readonly deviceId: string; readonly worker: PeerWorker }>();
  #looking: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  /** Begins, with a pass with every peer. */
  start(): void {
    this.#followPeers();
  }

  /** Memories or peers may have changed, by this process or another one. */
  changed(): void {
    if (!this.#isStopped) this.#looking ??= setTimeout(() => this.#look(), DEBOUNCE_MS);
  }

  /** Whether any peer waits here, or this device waits at any. */
  isInTouch(): boolean {
    return [...this.#workers.values()].some(({ deviceId, worker }) =>
      worker.isWaitingThere || this.#options.watch.isWaiting(deviceId)
    );
  }

  /** A peer was seen in the network at a new address. */
  seen(deviceId: string): void {
    this.#workerOf(deviceId)?.seen();
  }

  /** A peer that waited at this device has hung up. */
  left(deviceId: string): void {
    this.#workerOf(deviceId)?.left();
  }

  /** The network is another one, or the machine has slept: what is open leads nowhere. */
  reconnect(): void {
    for (const { worker } of this.#workers.values()) worker.reconnect();
  }

  /** A person wants a pass now, with these peers or with all. */
  syncNow(peerDeviceIds?: readonly string[]): void {
    for (const { deviceId, worker } of this.#workers.values()) {
      if (peerDeviceIds?.includes(deviceId) ?? true) worker.call();
    }
  }

  /** Ends all that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#looking);
    await Promise.all([...this.#workers.values()].map(({ worker }) => worker.stop()));
  }

  /** If the store cannot be read now, the next change tries again. */
  #look(): void {
    this.#looking = undefined;
    try {
      this.#followPeers();
      for (const { deviceId, worker } of this.#workers.values()) {
        if (!this.#options.context.transfers.isReceivingFromOther(deviceId)) worker.changed();
        // The peer may be getting the same from the one that it comes from.
        else this.#looking ??= setTimeout(() => this.#look(), RECEIVING_LOOK_MS);
      }
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /** A worker for each peer that is paired now, and for no other. */
  #followPeers(): void {
    const peers = new Map(
      this.#options.context.store.peers.list().map((peer) => [nameOf(peer), peer]),
    );
    for (const [name, { worker }] of this.#workers) {
      if (peers.has(name)) continue;
      this.#workers.delete(name);
      void worker.stop();
    }
    for (const [name, peer] of peers) {
      if (this.#workers.has(name)) continue;
      const worker = this.#newWorker(peer);
      this.#workers.set(name, { deviceId: peer.deviceId, worker });
      worker.start();
    }
  }

  #workerOf(deviceId: string): PeerWorker | undefined {
    return [...this.#workers.values()].find((each) => each.deviceId === deviceId)?.worker;
  }

  #newWorker(peer: Peer): PeerWorker {
    const { intervalMs, onFault, monotonicMs, random } = this.#options;
    const exchange = new PeerExchange(this.#options, peer);
    return new PeerWorker({
      ...{ intervalMs, onFault, monotonicMs, random },
      pass: (signal) => exchange.pass(signal).catch((error) => this.#endOfTrust(error)),
      waitThere: exchange.waitThere,
      hangUp: () => exchange.hangUp(),
      giveUpReaching: () => exchange.giveUpReaching(),
      hasUnsent: () => exchange.hasUnsent(),
      isWaitingHere: () => exchange.isWaitingHere(),
    });
  }

  /**
   * A peer that was removed or has rotated its key a moment ago is no fault of this device: its worker ends.
   *
   * @throws whatever else the pass has thrown
   */
  #endOfTrust(error: unknown): WorkerPass {
    if (!(error instanceof CodememError) || error.code !== "peer_removed") throw error;
    this.changed();
    return { error, address: null, hasCaughtUp: false };
  }
}

function nameOf({ deviceId, fingerprint }: Peer): string {
  return `${deviceId} ${fingerprint}`;
}
