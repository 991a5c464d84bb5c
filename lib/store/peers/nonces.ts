/** Nonces of verified requests: each is accepted once, even across restarts. */
import type { StoreContext } from "../context.ts";

/**
 * How long a nonce is kept, in seconds. A request is fresh for ten minutes; the rest is for clocks that
 * are set back in between.
 */
const KEPT_S = 24 * 60 * 60;

/** Old nonces are deleted at most this often. */
const SWEEP_INTERVAL_S = 60 * 60;

/** The nonces of a store. */
export class Nonces {
  readonly #context: StoreContext;
  #sweptAtS = 0;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Records the nonce of a request whose signature has been verified.
   *
   * @returns false if it has been seen before
   */
  record(
    seen: { readonly peerDeviceId: string; readonly nonce: string; readonly nowS: number },
  ): boolean {
    const { database } = this.#context;
    this.#sweep(seen.nowS);
    return database.run(
      "INSERT INTO sync_nonces (peer_device_id, nonce, seen_at_s) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      seen.peerDeviceId,
      seen.nonce,
      seen.nowS,
    ) === 1;
  }

  #sweep(nowS: number): void {
    if (Math.abs(nowS - this.#sweptAtS) < SWEEP_INTERVAL_S) return;
    this.#sweptAtS = nowS;
    this.#context.database.run("DELETE FROM sync_nonces WHERE seen_at_s < ?", nowS - KEPT_S);
  }
}
