/** Which of two versions of one memory stands. */
import { compareClocks } from "../model/clock.ts";
import type { Version } from "../model/digest.ts";

/** What becomes of a version that arrives. */
export type Verdict = "apply" | "stale" | "duplicate";

/**
 * Orders two versions of one memory: by clock; and where two versions share a clock, which only
 * imports and cloned devices bring about, a delete above an upsert and then by payload hash, so that
 * all devices choose the same one.
 *
 * @returns a negative number where `a` is older, zero where they are the same, positive otherwise
 */
export function compareVersions(a: Version, b: Version): number {
  const byClock = compareClocks(a.clock, b.clock);
  if (byClock !== 0) return byClock;
  if (a.opType !== b.opType) return a.opType === "upsert" ? -1 : 1;
  if (a.payloadHash !== b.payloadHash) return a.payloadHash < b.payloadHash ? -1 : 1;
  return 0;
}

/** Judges `candidate` against the version that stands now: only a strictly greater one is applied. */
export function judge(current: Version | undefined, candidate: Version): Verdict {
  if (current === undefined) return "apply";
  const order = compareVersions(candidate, current);
  if (order === 0) return "duplicate";
  return order > 0 ? "apply" : "stale";
}
