/** A session with a peer that is kept open, so that the next pass need not dial. */
import type { SyncContext } from "../context.ts";
import {
  type Contact,
  dial,
  type DialedPeer,
  type DialOptions,
  type Reached,
  remember,
} from "./dial.ts";

/** A peer that is still there answers at once; one that has moved never does. */
const ANSWER_TIMEOUT_MS = 2_000;

/** The session with one peer, open or not. */
export class KeptSession {
  #open: Omit<Contact, "status"> | undefined;

  /**
   * Asks the peer how it stands: over the open session where there is one and it still leads there,
   * else by dialling anew.
   *
   * @throws what {@link dial} throws
   */
  async reach(context: SyncContext, peer: DialedPeer, options: DialOptions): Promise<Reached> {
    const asked = await this.#ask(context, peer, options);
    return asked ?? (this.#open = await dial(context, peer, options));
  }

  /** Hangs up: the network is another one, or nobody is to be asked any more. */
  close(): void {
    this.#open?.session.close();
    this.#open = undefined;
  }

  /** Whatever goes wrong there: another address may be the right one, and a dial says what is wrong. */
  async #ask(
    context: SyncContext,
    peer: DialedPeer,
    { giveUp, signal }: DialOptions,
  ): Promise<Reached | undefined> {
    if (this.#open === undefined) return undefined;
    const open = this.#open;
    const hangUp = () => this.close();
    giveUp?.addEventListener("abort", hangUp);
    try {
      const status = await open.session.status(ANSWER_TIMEOUT_MS);
      return await remember(context, peer, { ...open, status });
    } catch {
      this.close();
      signal.throwIfAborted();
      return undefined;
    } finally {
      giveUp?.removeEventListener("abort", hangUp);
    }
  }
}
