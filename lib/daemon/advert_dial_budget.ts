/** Limits how many addresses known from adverts alone are dialled for one peer. Pure. */

/** A device that has moved announces a few at once. */
const MOST = 8;
const ANOTHER_EVERY_MS = 10_000;

/**
 * Anyone who hears an advert can copy it and name any address on the link: without a limit, copies of
 * an absent peer's advert would make this device dial one machine after another. Times are milliseconds
 * of a monotonic clock.
 */
export class AdvertDialBudget {
  #left = MOST;
  #countedMs = -Infinity;

  /**
   * Takes from the budget what it allows.
   *
   * @param addresses `host:port` each, best first
   * @param known addresses that are dialled anyway, and so cost nothing
   * @returns those that may be dialled now, in the same order
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

  /** Allows everything again: the peer was reached, or the network has changed. */
  refill(nowMs: number): void {
    this.#left = MOST;
    this.#countedMs = nowMs;
  }
}
