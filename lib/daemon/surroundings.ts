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

/** A busy machine may look around so much too late without having slept. */
const LATE_MS = 5_000;

/**
 * What has happened between two looks.
 *
 * @param intervalMs the time that should lie between them
 */
export function triggersBetween(
  before: Surroundings,
  now: Surroundings,
  intervalMs: number,
): Trigger[] {
  const triggers: Trigger[] = [];
  if (now.wallMs - before.wallMs > intervalMs + LATE_MS) triggers.push("woke");
  if (now.network !== before.network) triggers.push("network");
  if (now.foreignChanges !== before.foreignChanges) triggers.push("changed");
  return triggers;
}
