/** A session with a peer that stays open, so that the next pass does not have to dial. */
import type { SyncContext } from "../context.ts";
import {
  type Contact,
  dial,
  type DialedPeer,
  type DialOptions,
  type Reached,
  remember,
} from "./dial.ts";

/** A peer that is still there answers at once; one that has moved does not answer at all. */
export const ANSWER_TIMEOUT_MS = 2_000;

/** The session with one peer, open or not. */
export class KeptSession {
  #open: Omit<Contact, "status"> | undefined;

  /**
   * Asks the peer for its status: over the open session, if there is one that still works, and otherwise
   * by dialling.
   *
   * @throws what {@link dial} throws
   */
  async reach(context: SyncContext, peer: DialedPeer, options: DialOptions): Promise<Reached> {
    const asked = await this.#ask(context, peer, options);
    return asked ?? (this.#open = await dial(context, peer, options));
  }

  /** Closes the session: the network has changed, or no more requests will follow. */
  close(): void {
    this.#open?.session.close();
    this.#open = undefined;
  }

  /** @returns `undefined` after any failure: a dial tries all addresses, and reports what is wrong */
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
