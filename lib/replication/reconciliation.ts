/** When two logs are read from their starts, and what is found to differ. */
import type { Version } from "../model/digest.ts";

/** A peer is reconciled with at most this often. */
export const RECONCILIATION_INTERVAL_MS = 60 * 60 * 1_000;

/** So many differing memories are named; more say no more. */
const NAMED = 20;

/** Whether a reconciliation may run now. A last one in the future was timed by a wrong clock. */
export function isReconciliationDue(reconciledAt: string | null, nowMs: number): boolean {
  if (reconciledAt === null) return true;
  const sinceMs = nowMs - Date.parse(reconciledAt);
  return sinceMs >= RECONCILIATION_INTERVAL_MS || sinceMs < 0;
}

/**
 * Compares all versions of two stores.
 *
 * @param theirs versions by id of the memory
 * @returns ids of memories that are not the same on both sides, at most 20
 */
export function differingIds(
  ours: Iterable<Version>,
  theirs: ReadonlyMap<string, Version>,
): string[] {
  const differing: string[] = [];
  const unseen = new Set(theirs.keys());
  for (const version of ours) {
    unseen.delete(version.entityId);
    const other = theirs.get(version.entityId);
    if (other === undefined || !isSameVersion(version, other)) differing.push(version.entityId);
    if (differing.length === NAMED) return differing;
  }
  return nameable([...differing, ...unseen]);
}

/** Each id once, and no more than say something. */
export function nameable(ids: readonly string[]): string[] {
  return [...new Set(ids)].slice(0, NAMED);
}

function isSameVersion(a: Version, b: Version): boolean {
  return a.payloadHash === b.payloadHash && a.opType === b.opType && a.clock.rev === b.clock.rev &&
    a.clock.updatedAt === b.clock.updatedAt && a.clock.deviceId === b.clock.deviceId;
}
