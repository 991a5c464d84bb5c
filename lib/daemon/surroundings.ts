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

/** Each look wakes the process two or three times, so an idle one looks rarely. */
const CALM_MS = 5_000;
/** A network that has changed is likely to change again: a link that went down comes back. */
const UNSETTLED_MS = 500;
const SETTLES_MS = 10 * 60 * 1_000;

/**
 * The time to the next look, in milliseconds.
 *
 * @param changedMs how long ago the network has changed, or the process stood still
 */
export function lookIntervalMs(changedMs: number): number {
  return changedMs < SETTLES_MS ? UNSETTLED_MS : CALM_MS;
}

/** A busy machine may look around so much too late without having slept. */
const LATE_MS = 5_000;

/** What has happened between two looks. */
export function triggersBetween(before: Surroundings, now: Surroundings): Trigger[] {
  const triggers: Trigger[] = [];
  if (now.wallMs - before.wallMs > CALM_MS + LATE_MS) triggers.push("woke");
  if (now.network !== before.network) triggers.push("network");
  if (now.foreignChanges !== before.foreignChanges) triggers.push("changed");
  return triggers;
}
