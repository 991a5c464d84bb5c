/** Whether there is something to hand over to a peer. */
import type { Store } from "../store/store.ts";

/** Looks at the log behind what the peer has, and at no part of it twice. */
export class NewsFor {
  readonly #store: Store;
  readonly #peerDeviceId: string;
  /** Up to here nothing in this life of the log is news to the peer. */
  #known = { epoch: "", seq: 0 };

  constructor(store: Store, peerDeviceId: string) {
    this.#store = store;
    this.#peerDeviceId = peerDeviceId;
  }

  /** Whether an op waits that the peer does not have and did not hand over itself. */
  isThere(): boolean {
    const { log, cursors } = this.#store;
    const head = log.head();
    const pushed = cursors.pushedThrough(this.#peerDeviceId, head.epoch);
    const known = this.#known.epoch === head.epoch ? this.#known.seq : 0;
    if (log.hasAfter(Math.max(pushed, known), this.#peerDeviceId)) return true;
    this.#known = head;
    return false;
  }
}
