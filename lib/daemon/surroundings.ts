/** What a daemon sees when it looks around, and what follows from a difference. Pure. */

/** What is looked at. */
export interface Surroundings {
  /** The wall clock, in milliseconds since 1970. */
  readonly wallMs: number;
  /** Stands for the interfaces of the machine and whether each has a link: another text, other ones. */
  readonly network: string;
  /** Another number, whenever another process has changed the database. */
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

/** Each look wakes the process two or three times: one that has nobody to talk to looks rarely. */
const ALONE_MS = 15_000;
/** That the link to a peer is lost has to be noticed, so that its return is. */
const IN_TOUCH_MS = 2_000;
/** A network that has changed is likely to change again: a link that went down comes back. */
const UNSETTLED_MS = 500;
const SETTLES_MS = 10 * 60 * 1_000;

/**
 * The time to the next look, in milliseconds.
 *
 * @param state `changedMs` is how long ago the network has changed, or the process stood still;
 * `isInTouch` whether any peer is
 */
export function lookIntervalMs(
  { changedMs, isInTouch }: { readonly changedMs: number; readonly isInTouch: boolean },
): number {
  if (changedMs < SETTLES_MS) return UNSETTLED_MS;
  return isInTouch ? IN_TOUCH_MS : ALONE_MS;
}

/** A busy machine may look around so much too late without having slept. */
const LATE_MS = 5_000;

/** What has happened between two looks. */
export function triggersBetween(before: Surroundings, now: Surroundings): Trigger[] {
  const triggers: Trigger[] = [];
  if (now.wallMs - before.wallMs > ALONE_MS + LATE_MS) triggers.push("woke");
  if (now.network !== before.network) triggers.push("network");
  if (now.foreignChanges !== before.foreignChanges) triggers.push("changed");
  return triggers;
}
