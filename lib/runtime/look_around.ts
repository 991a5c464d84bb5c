/** Looking around at intervals, for what nothing tells of: other processes, the network, the clock. */
import { Pulse } from "../daemon/pulse.ts";
import { lookIntervalMs, type Surroundings, triggersBetween } from "../daemon/surroundings.ts";
import type { Store } from "../store/store.ts";
import type { NetworkLook } from "./network_look.ts";

/** Options of {@link LookAround}. */
export interface LookAroundOptions {
  readonly store: Store;
  readonly network: NetworkLook;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Whether any peer is in touch with this device. */
  readonly isInTouch: () => boolean;
  /** Another process has changed memories or peers. */
  readonly onChanged: () => void;
  /** The network is another one, or the machine has slept. */
  readonly onMoved: () => void;
  /** Comes with every look, for what else is to be looked at. */
  readonly onLook: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Looks around until it is stopped. */
export class LookAround {
  readonly #options: LookAroundOptions;
  readonly #pulse: Pulse;
  #before: Surroundings;
  /** When the network has changed last, or the process stood still, by a clock that is never set. */
  #unsettledMs = -Infinity;

  constructor(options: LookAroundOptions) {
    this.#options = options;
    this.#before = this.#observe();
    this.#pulse = new Pulse({
      beat: () => this.#beat(),
      intervalMs: () =>
        lookIntervalMs({
          changedMs: performance.now() - this.#unsettledMs,
          isInTouch: options.isInTouch(),
        }),
      onFault: options.onFault,
    });
  }

  /** Looks now, besides. */
  look(): void {
    this.#pulse.beat();
  }

  /** A peer is in touch now: what may end that is to be noticed. */
  hasten(): void {
    this.#pulse.hasten();
  }

  stop(): void {
    this.#pulse.stop();
  }

  #beat(): void {
    const { onChanged, onMoved, onLook } = this.#options;
    const now = this.#observe();
    const triggers = triggersBetween(this.#before, now);
    this.#before = now;
    if (triggers.includes("network") || triggers.includes("woke")) {
      this.#unsettledMs = performance.now();
      onMoved();
    }
    if (triggers.includes("changed")) onChanged();
    onLook();
  }

  #observe(): Surroundings {
    const { store, network, nowMs } = this.#options;
    return {
      wallMs: nowMs(),
      network: network.read(),
      foreignChanges: store.foreignChanges(),
    };
  }
}
