/** The one timer of an idle daemon: it polls for every change that the system does not announce. */
import type { Store } from "../store/store.ts";
import { pollIntervalMs, type SystemState, triggersBetween } from "./system_state.ts";
import type { NetworkMonitor } from "./network_monitor.ts";

/** Options of {@link SystemPoller}. */
export interface SystemPollerOptions {
  readonly store: Store;
  readonly network: NetworkMonitor;
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
  /** Called at every poll, for whatever else has to be checked. */
  readonly onPoll: () => void;
  /** Told of whatever a poll throws; polling goes on. */
  readonly onFault: (error: unknown) => void;
}

/** Polls until it is stopped. */
export class SystemPoller {
  readonly #options: SystemPollerOptions;
  #before: SystemState;
  /** When the network has changed last, or the process stood still. */
  #unsettledMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Infinity;
  #isStopped = false;

  constructor(options: SystemPollerOptions) {
    this.#options = options;
    this.#before = this.#observe();
    this.#arm();
  }

  /** Polls now; the next poll comes one whole interval later. */
  poll(): void {
    if (this.#isStopped) return;
    try {
      this.#react();
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#arm();
  }

  /** A peer is in touch now: polls more often, to notice when the contact is lost. */
  speedUp(): void {
    if (this.#isStopped) return;
    if (this.#options.monotonicMs() + this.#intervalMs() < this.#dueMs) this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #react(): void {
    const { onChanged, onMoved, onPoll, monotonicMs } = this.#options;
    const now = this.#observe();
    const triggers = triggersBetween(this.#before, now);
    this.#before = now;
    if (triggers.includes("network") || triggers.includes("woke")) {
      this.#unsettledMs = monotonicMs();
      onMoved();
    }
    if (triggers.includes("changed")) onChanged();
    onPoll();
  }

  #intervalMs(): number {
    const { isInTouch, monotonicMs } = this.#options;
    const changedMs = monotonicMs() - this.#unsettledMs;
    return pollIntervalMs({ changedMs, isInTouch: isInTouch() });
  }

  #arm(): void {
    const intervalMs = this.#intervalMs();
    clearTimeout(this.#timer);
    this.#dueMs = this.#options.monotonicMs() + intervalMs;
    this.#timer = setTimeout(() => this.poll(), intervalMs);
  }

  #observe(): SystemState {
    const { store, network, nowMs } = this.#options;
    return {
      wallMs: nowMs(),
      network: network.read(),
      foreignChanges: store.foreignChanges(),
    };
  }
}
