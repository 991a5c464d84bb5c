/** What undoing the changes of one device means for one memory: decisions as values. */
import type { Clock } from "../model/clock.ts";
import type { OpType } from "../model/op.ts";

/** Whose changes are undone, from when on. */
export interface UndoneChanges {
  readonly deviceId: string;
  /** Canonical timestamp. */
  readonly since: string;
}

/** One version of a memory, as far as undoing looks at it. */
export interface UndoVersion {
  readonly opType: OpType;
  readonly clock: Clock;
  /** What two versions of the same content have in common. */
  readonly payloadHash: string;
  /** When the memory was made, as this version says; null for a delete. */
  readonly createdAt: string | null;
}

/** Why a memory is left as it is. */
export type LeftReason =
  /** The device has deleted it, and a delete erases the text everywhere. */
  | "deleted"
  /** Somebody has changed it since. */
  | "changed_since"
  /** The version before is not, or no longer, in the log of this device. */
  | "no_history"
  /** Its clock leaves no room for a later version. */
  | "no_later_version";

/** What is to be done with a memory. */
export type UndoStep<V extends UndoVersion> =
  | { readonly kind: "restore"; readonly version: V }
  | { readonly kind: "forget" }
  | { readonly kind: "leave"; readonly reason: LeftReason }
  /** It is as it would be. */
  | { readonly kind: "none" };

/**
 * Decides for a memory of which the device has written some version since then.
 *
 * @param standing the version that stands
 * @param history the versions that the log holds, the newest first, with or without the standing one
 */
export function judgeUndo<V extends UndoVersion>(
  changes: UndoneChanges,
  standing: UndoVersion,
  history: readonly V[],
): UndoStep<V> {
  const newest = history.findIndex((version) => isOf(changes, version));
  const before = history.slice(Math.max(0, newest)).find((version) => !isOf(changes, version));
  if (before !== undefined && isSame(before, standing)) return { kind: "none" };
  if (!isOf(changes, standing)) return { kind: "leave", reason: "changed_since" };
  if (standing.opType === "delete") return { kind: "leave", reason: "deleted" };
  if (before !== undefined) {
    return before.opType === "delete" ? { kind: "forget" } : { kind: "restore", version: before };
  }
  return isFirst(history.at(-1) ?? standing)
    ? { kind: "forget" }
    : { kind: "leave", reason: "no_history" };
}

/**
 * Whether nothing was before a version. Revisions count from 1, and those of imported memories from 0: the
 * first change of one of these has revision 1 as well, but was not written when the memory was made.
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
