/** What a daemon polls of its system, and what follows from a difference. Pure. */

/** The state at one poll. */
export interface SystemState {
  /** The wall clock, in milliseconds since 1970. */
  readonly wallMs: number;
  /** Describes the interfaces of the machine and their links; differs when they do. */
  readonly network: string;
  /** Differs whenever another process has changed the database. */
  readonly foreignChanges: number;
}

/** What a daemon has to react to. */
export type Trigger =
  /** Another process has changed memories or peers. */
  | "changed"
  /** Interfaces or addresses have come or gone. */
  | "network"
  /** The process stood still: the machine slept, or it was suspended. */
  | "woke";

/** Each poll wakes the process two or three times: with nobody to talk to it polls rarely. */
const ALONE_MS = 15_000;
/** A lost link to a peer has to be noticed, or its return would not be. */
const IN_TOUCH_MS = 2_000;
/** A network that has changed is likely to change again: a link that went down comes back up. */
const UNSETTLED_MS = 500;
const SETTLES_MS = 10 * 60 * 1_000;

/**
 * The time until the next poll, in milliseconds.
 *
 * @param state `changedMs` is how long ago the network changed or the process stood still;
 * `isInTouch` whether any peer is in touch
 */
export function pollIntervalMs(
  { changedMs, isInTouch }: { readonly changedMs: number; readonly isInTouch: boolean },
): number {
  if (changedMs < SETTLES_MS) return UNSETTLED_MS;
  return isInTouch ? IN_TOUCH_MS : ALONE_MS;
}

/** A busy machine may poll this late without having slept. */
const LATE_MS = 5_000;

/** What has happened between two polls. */
export function triggersBetween(before: SystemState, now: SystemState): Trigger[] {
  const triggers: Trigger[] = [];
  if (now.wallMs - before.wallMs > ALONE_MS + LATE_MS) triggers.push("woke");
  if (now.network !== before.network) triggers.push("network");
  if (now.foreignChanges !== before.foreignChanges) triggers.push("changed");
  return triggers;
}
