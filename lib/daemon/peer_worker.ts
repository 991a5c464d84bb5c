/** What a running device does for one peer: passes when they are due, and long polling in between. */
import { type CodememError, toCodememError } from "../errors.ts";
import {
  afterPass,
  newSchedule,
  type PassEnd,
  type Schedule,
  whenCalled,
  whenChanged,
  whenLeft,
  whenSeen,
} from "./schedule.ts";

/** How a pass ended, and where the peer was reached. */
export interface WorkerPass {
  readonly error: CodememError | undefined;
  /** `host:port`; null where it was not reached. */
  readonly address: string | null;
  /** Whether memories have arrived, which the peer does not know yet. */
  readonly hasCaughtUp: boolean;
}

/** Waits at the peer for ops, and tells when some have arrived; ends only by throwing. */
export type WaitThere = (
  at: { readonly address: string; readonly onReceived: () => void; readonly signal: AbortSignal },
) => Promise<never>;

/** Options of {@link PeerWorker}. */
export interface PeerWorkerOptions {
  /** The time between two passes that nothing else triggers. */
  readonly intervalMs: number;
  /** Runs one pass; its failure is a value, and whatever it throws is a fault of this device. */
  readonly pass: (signal: AbortSignal) => Promise<WorkerPass>;
  readonly waitThere: WaitThere;
  /** Closes the open session with the peer. */
  readonly hangUp: () => void;
  /** Ends a pass that has not reached the peer yet. */
  readonly giveUpReaching: () => void;
  /** Whether the log has ops that the peer has yet to get. */
  readonly hasUnsent: () => boolean;
  /** Whether the peer waits at this device, and so fetches new ops by itself. */
  readonly isWaitingHere: () => boolean;
  readonly onFault: (error: unknown) => void;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** A peer that waits here fetches new ops by itself; if it has not done so by then, they are pushed. */
const TAKEN_MS = 1_000;
/** Received ops are acknowledged after this time, together with those that follow closely. */
const ACKNOWLEDGE_MS = 100;
/** A peer that ends a wait sooner than this is not asked again at once. */
const BRIEF_MS = 10_000;
/** A refused wait leads to a pass, which finds out the reason; repeated ones do so at most this often. */
const REFUSED_INTERVAL_MS = 60_000;

/** Looks after one peer until it is stopped. */
export class PeerWorker {
  readonly #options: PeerWorkerOptions;
  readonly #stopping = new AbortController();
  #schedule: Schedule;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #passing: Promise<void> | undefined;
  /** Events during a pass, to be handled after it. */
  #meanwhile: (() => void)[] = [];
  /** The wait at the peer. */
  #wait:
    | { readonly address: string; readonly ended: Promise<void>; readonly stop: AbortController }
    | undefined;
  /** When a refusal was last looked into at once. */
  #refusedMs = -Infinity;

  constructor(options: PeerWorkerOptions) {
    this.#options = options;
    this.#schedule = newSchedule(options.monotonicMs());
  }

  /** Whether it waits at the peer now. */
  get isWaitingThere(): boolean {
    return this.#wait !== undefined;
  }

  /** Begins with a pass. */
  start(): void {
    this.#arm();
  }

  /** The log may have grown. */
  changed(): void {
    this.#afterwards(() => {
      const { hasUnsent, isWaitingHere } = this.#options;
      if (!hasUnsent()) return;
      const delayMs = isWaitingHere() ? TAKEN_MS : 0;
      this.#plan((schedule, nowMs) => whenChanged(schedule, nowMs + delayMs));
    });
  }

  /** The peer was seen on the network at a new address: a pass that has not reached it yet is abandoned. */
  seen(): void {
    const before = this.#schedule;
    this.#plan(whenSeen);
    if (this.#schedule === before || this.#passing === undefined) return;
    this.#options.giveUpReaching();
    this.#afterwards(() => this.#plan(whenCalled));
  }

  /** The peer waited at this device and has hung up. */
  left(): void {
    this.#afterwards(() => this.#plan(whenLeft));
  }

  /** Runs a pass now. */
  call(): void {
    this.#afterwards(() => this.#plan(whenCalled));
  }

  /** Open connections are useless by now: everything is opened again. */
  reconnect(): void {
    this.#options.hangUp();
    this.#wait?.stop.abort();
    this.call();
  }

  /** Ends whatever is under way; nothing more begins. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#options.hangUp();
    await Promise.all([this.#passing, this.#wait?.ended]);
  }

  /** Handles an event now, or after the pass under way, which may settle it. */
  #afterwards(act: () => void): void {
    if (this.#passing === undefined) act();
    else this.#meanwhile.push(act);
  }

  #plan(change: (schedule: Schedule, nowMs: number) => Schedule): void {
    this.#schedule = change(this.#schedule, this.#options.monotonicMs());
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#passing !== undefined || this.#stopping.signal.aborted) return;
    const delayMs = Math.max(0, this.#schedule.dueMs - this.#options.monotonicMs());
    this.#timer = setTimeout(() => this.#begin(), delayMs);
  }

  #begin(): void {
    this.#passing = this.#pass().then((end) => {
      this.#passing = undefined;
      const { intervalMs, random } = this.#options;
      this.#plan((schedule, nowMs) =>
        afterPass(schedule, end, { nowMs, intervalMs, random: random() })
      );
      for (const act of this.#meanwhile.splice(0)) act();
    });
  }

  async #pass(): Promise<PassEnd> {
    const { signal } = this.#stopping;
    try {
      const { error, address, hasCaughtUp } = await this.#options.pass(signal);
      if (error === undefined && address !== null) this.#waitThere(address);
      return { consequence: error?.consequence, hasCaughtUp };
    } catch (error) {
      if (!signal.aborted) this.#options.onFault(error);
      return { consequence: "broken", hasCaughtUp: false };
    }
  }

  #waitThere(address: string): void {
    if (this.#wait?.address === address || this.#stopping.signal.aborted) return;
    // Nothing more will arrive from the previous address.
    this.#wait?.stop.abort();
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#stopping.signal]);
    const startedMs = this.#options.monotonicMs();
    const onReceived = () =>
      this.#afterwards(() =>
        this.#plan((schedule, nowMs) => whenChanged(schedule, nowMs + ACKNOWLEDGE_MS))
      );
    const ended = this.#options.waitThere({ address, onReceived, signal }).catch((error) => {
      if (this.#wait?.stop === stop) this.#wait = undefined;
      if (!signal.aborted) this.#lost(error, this.#options.monotonicMs() - startedMs);
    });
    this.#wait = { address, ended, stop };
  }

  /** The wait has ended: the next pass finds out why. */
  #lost(error: unknown, afterMs: number): void {
    if (afterMs >= BRIEF_MS || this.#isNewRefusal(error)) this.call();
    else this.#plan((schedule, nowMs) => whenChanged(schedule, nowMs + BRIEF_MS));
  }

  #isNewRefusal(error: unknown): boolean {
    const nowMs = this.#options.monotonicMs();
    const isRefused = toCodememError(error).consequence === "untrusted";
    if (!isRefused || nowMs - this.#refusedMs < REFUSED_INTERVAL_MS) return false;
    this.#refusedMs = nowMs;
    return true;
  }
}
