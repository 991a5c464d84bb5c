/** How much of this device's time others on the network may take by what they send. */

const PERIOD_MS = 1_000;
/** Far more than a network full of honest devices takes. */
const SHARE_MS = 200;

/**
 * Says when to stop listening: reading the worst of packets takes as long as a pass with a peer, and
 * anybody can send a thousand of them a second. Times are milliseconds of a clock that is never set.
 */
export class Hearing {
  #beganMs = -Infinity;
  #spentMs = 0;

  /** Whether a packet that comes in now is to be read. */
  isOpen(nowMs: number): boolean {
    if (nowMs - this.#beganMs >= PERIOD_MS) {
      this.#beganMs = nowMs;
      this.#spentMs = 0;
    }
    return this.#spentMs < SHARE_MS;
  }

  /** Notes what reading one has taken. */
  spent(ms: number): void {
    this.#spentMs += ms;
  }
}
