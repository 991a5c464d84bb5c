/** The transfers between this device and its peers, coordinated so that nothing is moved twice. */
import { within } from "../time/within.ts";

/** How long a slow peer can keep the others from their turn, at most. */
const MAX_TURN_WAIT_MS = 60_000;
/** A peer counts as pushing for this long after its last full slice. */
const HANDING_OVER_MS = 1_000;
/** A peer counts as reading this log for this long after its last page. */
const TAKING_MS = 2_000;

/** The transfers of a device. */
export class Transfers {
  readonly #monotonicMs: () => number;
  /** The peers whose logs are being read or wait for their turn. */
  readonly #turns: { readonly peerDeviceId: string; readonly ended: Promise<void> }[] = [];
  /** When each peer last pushed a full slice. */
  readonly #handedOverMs = new Map<string, number>();
  /** When each peer was last given a page. */
  readonly #takenMs = new Map<string, number>();

  /** @param monotonicMs a clock that is never set, in milliseconds */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Waits for a peer's turn: logs are read one at a time, so that nothing arrives from two peers.
   *
   * @returns ends the turn
   */
  async enter(peerDeviceId: string): Promise<() => void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const before = this.#turns.map((turn) => turn.ended);
    const turn = { peerDeviceId, ended };
    this.#turns.push(turn);
    if (before.length > 0) await within(MAX_TURN_WAIT_MS, Promise.all(before));
    return () => {
      const at = this.#turns.indexOf(turn);
      if (at >= 0) this.#turns.splice(at, 1);
      resolve();
    };
  }

  /** Records that a peer is given a page of this device's log. */
  noteTaking(peerDeviceId: string): void {
    this.#takenMs.set(peerDeviceId, this.#monotonicMs());
  }

  /** Whether a peer is reading this device's log, page after page. */
  isTaking(peerDeviceId: string): boolean {
    return this.#monotonicMs() - (this.#takenMs.get(peerDeviceId) ?? -Infinity) < TAKING_MS;
  }

  /** Records that a peer has pushed a full slice of its log. */
  noteHandedOver(peerDeviceId: string): void {
    this.#handedOverMs.set(peerDeviceId, this.#monotonicMs());
  }

  /** Whether another peer's log is arriving: not everything that will be here is here yet. */
  isReceivingFromOther(peerDeviceId: string): boolean {
    const sinceMs = this.#monotonicMs() - HANDING_OVER_MS;
    return this.#turns.some((turn) => turn.peerDeviceId !== peerDeviceId) ||
      [...this.#handedOverMs].some(([id, atMs]) => id !== peerDeviceId && atMs > sinceMs);
  }
}
