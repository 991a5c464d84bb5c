/** Looking for peers on the local network while a command dials them. */
import { PeerDiscovery } from "../../runtime/discovery.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { poll } from "../../time/poll.ts";
import type { SyncTools } from "./sync_tools.ts";

/** Who is there answers within an eighth of a second (RFC 6762 §6); the rest is for a slow machine. */
const PATIENCE_MS = 500;
/** Who has just answered somebody else answers again after a second. */
const SECOND_PATIENCE_MS = 1_700;
const LOOK_MS = 20;

/** Who looks. */
type Looker = Pick<SyncTools, "store" | "settings" | "context">;

/** Where peers are seen, as long as the look lasts. */
export class PeerSearch {
  readonly #discovery: PeerDiscovery;
  readonly #startedMs = performance.now();
  readonly #signal: AbortSignal;

  /** Begins to look, and waits for a moment or until all peers have been seen. */
  static async begin(
    tools: Looker,
    peers: readonly Peer[],
    signal: AbortSignal,
  ): Promise<PeerSearch> {
    const look = new PeerSearch(tools, signal);
    await look.#until(() => !peers.some((peer) => look.#isSought(peer)), PATIENCE_MS);
    return look;
  }

  private constructor({ store, settings, context }: Looker, signal: AbortSignal) {
    this.#signal = signal;
    this.#discovery = new PeerDiscovery({
      store,
      settings,
      nowMs: context.nowMs,
      announce: false,
      // Stored addresses carry on.
      onFault: () => {},
    });
  }

  /** `host:port` each, most credible first. */
  addressesOf(peerDeviceId: string): readonly string[] {
    return this.#discovery.addressesOf(peerDeviceId);
  }

  /** Whether a peer is seen at another address than at `before`, now or in a moment. */
  async findsMore(peer: Peer, before: readonly string[]): Promise<boolean> {
    const isNew = () => this.addressesOf(peer.deviceId).some((each) => !before.includes(each));
    await this.#until(() => isNew() || !this.#isSought(peer), SECOND_PATIENCE_MS);
    return isNew();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#discovery.stop();
  }

  /** Whether a peer may still be found. */
  #isSought({ deviceId, discoveryKey }: Peer): boolean {
    return this.#discovery.fact.enabled && discoveryKey !== null &&
      this.addressesOf(deviceId).length === 0;
  }

  async #until(holds: () => boolean, patienceMs: number): Promise<void> {
    await poll(() => holds() || undefined, {
      timeoutMs: this.#startedMs + patienceMs - performance.now(),
      intervalMs: LOOK_MS,
      signal: this.#signal,
    });
  }
}
