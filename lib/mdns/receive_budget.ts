/** How much processor time the packets of others on the network may take. */

const PERIOD_MS = 1_000;
/** Far more than a network full of honest devices takes. */
const BUDGET_MS = 200;

/**
 * The time for reading packets, anew each second. Without it anybody on the network could keep this
 * device busy: reading the worst of packets takes as long as a pass with a peer, and a thousand of them
 * a second are easily sent. Times are milliseconds of a monotonic clock.
 */
export class ReceiveBudget {
  #beganMs = -Infinity;
  #spentMs = 0;

  /** Whether a packet that comes in now is to be read. */
  isLeft(nowMs: number): boolean {
    if (nowMs - this.#beganMs >= PERIOD_MS) {
      this.#beganMs = nowMs;
      this.#spentMs = 0;
    }
    return this.#spentMs < BUDGET_MS;
  }

  /** Takes off what reading a packet has cost. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }
}
