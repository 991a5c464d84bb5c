/** What is under way between this device and its peers, so that nothing is moved twice. */
import { within } from "../time/within.ts";

/** A peer that is slow, or never comes to an end, keeps the others from their turn for so long at most. */
const MAX_TURN_WAIT_MS = 60_000;
/** Who hands over one full part after the other is at it until so long after the last one. */
const HANDING_OVER_MS = 1_000;
/** Who asks for one page after the other is at it until so long after the last one. */
const TAKING_MS = 2_000;

/** The transfers of a device. */
export class Transfers {
  readonly #monotonicMs: () => number;
  /** The peers whose logs are being read, or wait for that. */
  readonly #turns: { readonly peerDeviceId: string; readonly ended: Promise<void> }[] = [];
  /** When each peer handed over a full part last. */
  readonly #handedOverMs = new Map<string, number>();
  /** When each peer was given a page that it had asked for last. */
  readonly #takenMs = new Map<string, number>();

  /** @param monotonicMs a clock that is never set, in milliseconds */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Waits for the turn of one more log to be read: one at a time, so that nothing comes from two peers.
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

  /** A peer is given a page of this device's log that it has asked for. */
  noteTaking(peerDeviceId: string): void {
    this.#takenMs.set(peerDeviceId, this.#monotonicMs());
  }

  /** Whether a peer takes this device's log by itself, page after page. */
  isTaking(peerDeviceId: string): boolean {
    return this.#monotonicMs() - (this.#takenMs.get(peerDeviceId) ?? -Infinity) < TAKING_MS;
  }

  /** A peer has handed over a full part of its log. */
  noteHandedOver(peerDeviceId: string): void {
    this.#handedOverMs.set(peerDeviceId, this.#monotonicMs());
  }

  /** Whether the log of another peer than this one is coming in: not all that will be here is here yet. */
  isReceivingFromOther(peerDeviceId: string): boolean {
    const sinceMs = this.#monotonicMs() - HANDING_OVER_MS;
    return this.#turns.some((turn) => turn.peerDeviceId !== peerDeviceId) ||
      [...this.#handedOverMs].some(([id, atMs]) => id !== peerDeviceId && atMs > sinceMs);
  }
}
