/** The invitation that the pages show: one at a time, so that reloading a page does not make another. */
import type { MadeInvite } from "../sync/pairing/invite.ts";
import type { RunningDevice } from "./running_device.ts";

/** The time that a person needs to carry an invitation to another machine. */
const WORTH_SHOWING_MS = 2 * 60_000;

/** Keeps the invitation that can still be used. */
export class OpenInvite {
  readonly #device: RunningDevice;
  #open: { readonly invite: MadeInvite; readonly addresses: string } | undefined;

  constructor(device: RunningDevice) {
    this.#device = device;
    device.subscribe(({ type }) => {
      // An invitation can be used once.
      if (type === "paired") this.#open = undefined;
    });
  }

  /**
   * The invitation that is open; another one where none is, or where the device has moved.
   *
   * @throws sync_disabled, not_running
   */
  current(): MadeInvite {
    this.#device.requireListening();
    const addresses = this.#device.ownAddresses();
    if (!this.#isGood(addresses)) {
      this.#open = { invite: this.#device.invite(), addresses: addresses.join() };
    }
    return this.#open!.invite;
  }

  #isGood(addresses: readonly string[]): boolean {
    if (this.#open === undefined || this.#open.addresses !== addresses.join()) return false;
    return this.#open.invite.expiresAtMs - this.#device.nowMs() > WORTH_SHOWING_MS;
  }
}
