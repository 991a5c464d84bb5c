/** What undoing the changes of one device means for one memory: decisions as values. */
import type { Clock } from "../model/clock.ts";
import type { OpType } from "../model/op.ts";

/** Whose changes are undone, and since when. */
export interface UndoneChanges {
  readonly deviceId: string;
  /** Canonical timestamp. */
  readonly since: string;
}

/** One version of a memory, as far as undo is concerned. */
export interface UndoVersion {
  readonly opType: OpType;
  readonly clock: Clock;
  /** Equal for versions of equal content. */
  readonly payloadHash: string;
  /** When the memory was created, according to this version; null for a delete. */
  readonly createdAt: string | null;
}

/** Why a memory is left as it is. */
export type LeftReason =
  /** The device has deleted it, and a delete erases the text everywhere. */
  | "deleted"
  /** Another device has changed it since. */
  | "changed_since"
  /** The earlier version is not, or no longer, in the log of this device, or may not be. */
  | "no_history"
  /** Its clock is so high that no later version is possible. */
  | "no_later_version";

/** What to do with a memory. */
export type UndoStep<V extends UndoVersion> =
  /** `missing` is how many versions between this one and the device's are not in the log. */
  | { readonly kind: "restore"; readonly version: V; readonly missing: number }
  | { readonly kind: "forget" }
  | { readonly kind: "leave"; readonly reason: LeftReason }
  /** Nothing: it already is as it would become. */
  | { readonly kind: "none" };

/**
 * Decides what to do with a memory of which the device has written a version since then.
 *
 * @param standing the current version
 * @param history the versions in the log, newest first, with or without the current one
 */
export function judgeUndo<V extends UndoVersion>(
  changes: UndoneChanges,
  standing: UndoVersion,
  history: readonly V[],
): UndoStep<V> {
  const newest = history.findIndex((version) => isOf(changes, version));
  const past = history.slice(Math.max(0, newest));
  const before = past.find((version) => !isOf(changes, version));
  if (before !== undefined && isSame(before, standing)) return { kind: "none" };
  if (!isOf(changes, standing)) return { kind: "leave", reason: "changed_since" };
  if (standing.opType === "delete") return { kind: "leave", reason: "deleted" };
  const known = before === undefined ? past : past.slice(0, past.indexOf(before) + 1);
  const missing = missingIn([standing, ...known]);
  if (before?.opType === "upsert") return { kind: "restore", version: before, missing };
  // Forgetting erases the text everywhere: also what another device may have written in between.
  const isAllKnown = missing === 0 && (before !== undefined || isFirst(history.at(-1) ?? standing));
  return isAllKnown ? { kind: "forget" } : { kind: "leave", reason: "no_history" };
}

/**
 * How many versions are not here: each change raises the revision by one, and a device that was offline
 * hands over only the last of its changes.
 *
 * @param versions of one memory, newest first, at least one
 */
function missingIn(versions: readonly UndoVersion[]): number {
  const revs = versions.map(({ clock }) => clock.rev);
  return revs[0]! - revs.at(-1)! + 1 - new Set(revs).size;
}

/**
 * Whether there was no version before this one. Revisions begin with 1, and those of imported memories
 * with 0: the first change of an imported memory has revision 1 too, but is later than its creation.
 */
function isFirst({ clock, createdAt }: UndoVersion): boolean {
  return clock.rev === 0 || (clock.rev === 1 && createdAt === clock.updatedAt);
}

function isOf({ deviceId, since }: UndoneChanges, { clock }: UndoVersion): boolean {
  // Canonical timestamps in text order are in time order.
  return clock.deviceId === deviceId && clock.updatedAt >= since;
}

function isSame(a: UndoVersion, b: UndoVersion): boolean {
  return a.opType === b.opType && a.payloadHash === b.payloadHash;
}
