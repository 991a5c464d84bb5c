/** Whether the log holds ops that a peer has yet to get. */
import type { Store } from "../store/store.ts";

/** Looks at the log after what the peer has, and at no part of it twice. */
export class UnsentOps {
  readonly #store: Store;
  readonly #peerDeviceId: string;
  /** Up to here, in this life of the log, there is nothing that the peer lacks. */
  #known = { epoch: "", seq: 0 };

  constructor(store: Store, peerDeviceId: string) {
    this.#store = store;
    this.#peerDeviceId = peerDeviceId;
  }

  /** Whether there is an op that the peer does not have and did not send itself. */
  any(): boolean {
    const { log, cursors } = this.#store;
    const head = log.head();
    const pushed = cursors.pushedThrough(this.#peerDeviceId, head.epoch);
    const known = this.#known.epoch === head.epoch ? this.#known.seq : 0;
    if (log.hasAfter(Math.max(pushed, known), this.#peerDeviceId)) return true;
    this.#known = head;
    return false;
  }
}
