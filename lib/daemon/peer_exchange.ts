/** What a device exchanges with one peer, pass by pass and wait by wait, and what it keeps in between. */
import { CodememError } from "../errors.ts";
import type { Pin } from "../model/peer.ts";
import type { Peer } from "../store/peers/peers.ts";
import type { SyncContext } from "../sync/context.ts";
import { KeptSession } from "../sync/ask/kept_session.ts";
import type { PassProgress } from "../sync/ask/pass.ts";
import { type SyncOutcome, syncPeer } from "../sync/ask/sync_peer.ts";
import { waitAt } from "../sync/ask/wait_at.ts";
import { AdvertDialBudget } from "./advert_dial_budget.ts";
import { logLegacyRows } from "./housekeeping.ts";
import type { LogWatch } from "./log_watch.ts";
import type { WaitThere, WorkerPass } from "./peer_worker.ts";
import { UnsentOps } from "./unsent_ops.ts";

/** Options of {@link PeerExchange}. */
export interface PeerExchangeOptions {
  readonly context: SyncContext;
  /** Who waits at this device. */
  readonly watch: LogWatch;
  /** `host:port` where a peer was seen in the network, most credible first. */
  readonly discovered: (peerDeviceId: string) => readonly string[];
  readonly onSynced: (outcome: SyncOutcome) => void;
  readonly onProgress: (peerDeviceId: string, progress: PassProgress) => void;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
}

/** The exchange with a peer, for as long as it is pinned by the same key. */
export class PeerExchange {
  readonly #options: PeerExchangeOptions;
  readonly #pin: Pin;
  readonly #kept = new KeptSession();
  readonly #budget = new AdvertDialBudget();
  readonly #unsent: UnsentOps;
  /** Ops that have arrived while waiting, and that no pass has acknowledged yet. */
  #received = 0;
  /** Of the pass under way. */
  #reaching = new AbortController();

  constructor(options: PeerExchangeOptions, { deviceId, fingerprint }: Pin) {
    this.#options = options;
    this.#pin = { deviceId, fingerprint };
    this.#unsent = new UnsentOps(options.context.store, deviceId);
  }

  /** Runs one pass; its failure is a value. @throws peer_removed */
  async pass(signal: AbortSignal): Promise<WorkerPass> {
    const { context, onSynced, onProgress, monotonicMs } = this.#options;
    const receivedBefore = this.#received;
    this.#reaching = new AbortController();
    const { signal: giveUp } = this.#reaching;
    const peer = this.#peer();
    await logLegacyRows(context.store, signal);
    const outcome = await syncPeer(context, peer, {
      ...{ kept: this.#kept, receivedBefore, giveUp, signal, quiet: true },
      discovered: this.#dialableAdverts(peer),
      isWaitingHere: () => this.isWaitingHere(),
      onProgress: (progress) => onProgress(peer.deviceId, progress),
    });
    if (!signal.aborted) onSynced(outcome);
    const { error, result, attempt } = outcome;
    if (error === undefined) this.#budget.refill(monotonicMs());
    this.#received -= receivedBefore;
    return { error, address: attempt.address, hasCaughtUp: (result?.pulled ?? 0) > 0 };
  }

  /** Waits at the peer for ops. */
  readonly waitThere: WaitThere = async ({ onReceived, ...at }) =>
    await waitAt(this.#options.context, this.#peer(), {
      ...at,
      onReceived: (ops) => {
        this.#received += ops;
        onReceived();
      },
    });

  /** Closes the open session; adverts may be dialled as at the beginning. */
  hangUp(): void {
    this.#kept.close();
    this.#budget.refill(this.#options.monotonicMs());
  }

  /** Ends a pass that has not reached the peer yet. */
  giveUpReaching(): void {
    this.#reaching.abort(new CodememError("interrupted", "The peer was seen at another address"));
  }

  /** Whether the log has ops that the peer has yet to get. */
  hasUnsent(): boolean {
    return this.#unsent.any();
  }

  /** Whether the peer waits at this device. */
  isWaitingHere(): boolean {
    return this.#options.watch.isWaiting(this.#pin.deviceId);
  }

  /** @throws peer_removed */
  #peer(): Peer {
    const { peers } = this.#options.context.store;
    peers.requirePinned(this.#pin);
    return peers.find(this.#pin.deviceId)!;
  }

  /** The addresses from adverts of the peer that its budget allows to dial. */
  #dialableAdverts({ deviceId, lastGoodAddress, addresses }: Peer): string[] {
    const { discovered, monotonicMs } = this.#options;
    const known = lastGoodAddress === null ? addresses : [lastGoodAddress, ...addresses];
    return this.#budget.take(discovered(deviceId), known, monotonicMs());
  }
}
