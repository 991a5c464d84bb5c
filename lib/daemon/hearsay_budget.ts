/** How many addresses that only adverts have told of are dialled for one peer. Pure. */

/** A device that has moved announces a few at once. */
const MOST = 8;
const ANOTHER_EVERY_MS = 10_000;

/**
 * Adverts can be copied by whoever hears them, and name any address on the link: without a limit, the
 * copies of an absent peer's advert would have one machine after the other dialled. Times are
 * milliseconds of a clock that is never set.
 */
export class HearsayBudget {
  #left = MOST;
  #countedMs = -Infinity;

  /**
   * Those that may be dialled now, in the same order.
   *
   * @param known addresses that are dialled anyway, and so cost nothing
   */
  take(addresses: readonly string[], known: readonly string[], nowMs: number): string[] {
    const earned = Math.floor((nowMs - this.#countedMs) / ANOTHER_EVERY_MS);
    if (this.#left + earned >= MOST) this.refill(nowMs);
    else {
      this.#left += earned;
      this.#countedMs += earned * ANOTHER_EVERY_MS;
    }
    return addresses.filter((address) => {
      if (known.includes(address)) return true;
      if (this.#left === 0) return false;
      this.#left--;
      return true;
    });
  }

  /** The peer was reached, or the network is another one. */
  refill(nowMs: number): void {
    this.#left = MOST;
    this.#countedMs = nowMs;
  }
}
