/** The op by which this device writes the next version of a memory. */
import { MAX_REV } from "../../model/clock.ts";
import type { MemoryContent } from "../../model/memory.ts";
import { composeOp, type Op } from "../../model/op.ts";
import type { StoreContext } from "../context.ts";

/** A version to be written. */
export interface NextVersion {
  readonly entityId: string;
  /** Null deletes the memory. */
  readonly content: MemoryContent | null;
  /** The revision of the version that stands; 0 where there is none. */
  readonly standingRev: number;
}

/**
 * Composes the op.
 *
 * @param now canonical timestamp
 * @returns `undefined` where the content cannot be stored: it is too large, say
 */
export function composeNextOp(
  context: StoreContext,
  { entityId, content, standingRev }: NextVersion,
  now: string,
): Op | undefined {
  const deviceId = context.deviceId();
  // At the highest revision the later instant decides; above it no other device would take the op.
  const rev = Math.min(standingRev + 1, MAX_REV);
  return composeOp({
    opId: context.randomUuid(),
    entityId,
    content,
    clock: { rev, updatedAt: now, deviceId },
    deviceId,
    createdAt: now,
  });
}
