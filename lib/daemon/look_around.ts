/** The one timer of an idle daemon: at each look everything is looked at that nothing tells of. */
import type { Store } from "../store/store.ts";
import { lookIntervalMs, type Surroundings, triggersBetween } from "./surroundings.ts";
import type { NetworkLook } from "./network_look.ts";

/** Options of {@link LookAround}. */
export interface LookAroundOptions {
  readonly store: Store;
  readonly network: NetworkLook;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  /** Whether any peer is in touch with this device. */
  readonly isInTouch: () => boolean;
  /** Another process has changed memories or peers. */
  readonly onChanged: () => void;
  /** The network is another one, or the machine has slept. */
  readonly onMoved: () => void;
  /** Comes with every look, for what else is to be looked at. */
  readonly onLook: () => void;
  /** Is told of what a look throws; the next one comes all the same. */
  readonly onFault: (error: unknown) => void;
}

/** Looks around until it is stopped. */
export class LookAround {
  readonly #options: LookAroundOptions;
  #before: Surroundings;
  /** When the network has changed last, or the process stood still. */
  #unsettledMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Infinity;
  #isStopped = false;

  constructor(options: LookAroundOptions) {
    this.#options = options;
    this.#before = this.#observe();
    this.#arm();
  }

  /** Looks now; the next look comes as late as after any other. */
  look(): void {
    if (this.#isStopped) return;
    try {
      this.#react();
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#arm();
  }

  /** A peer is in touch now: what may end that is to be noticed. */
  hasten(): void {
    if (this.#isStopped) return;
    if (this.#options.monotonicMs() + this.#intervalMs() < this.#dueMs) this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #react(): void {
    const { onChanged, onMoved, onLook, monotonicMs } = this.#options;
    const now = this.#observe();
    const triggers = triggersBetween(this.#before, now);
    this.#before = now;
    if (triggers.includes("network") || triggers.includes("woke")) {
      this.#unsettledMs = monotonicMs();
      onMoved();
    }
    if (triggers.includes("changed")) onChanged();
    onLook();
  }

  #intervalMs(): number {
    const { isInTouch, monotonicMs } = this.#options;
    const changedMs = monotonicMs() - this.#unsettledMs;
    return lookIntervalMs({ changedMs, isInTouch: isInTouch() });
  }

  #arm(): void {
    const intervalMs = this.#intervalMs();
    clearTimeout(this.#timer);
    this.#dueMs = this.#options.monotonicMs() + intervalMs;
    this.#timer = setTimeout(() => this.look(), intervalMs);
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
