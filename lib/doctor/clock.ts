/** Whether the clocks of two devices agree. */
import { MAX_SKEW_S } from "../auth/freshness.ts";
import { failed, type Judgement, ok, warning } from "./finding.ts";

/** A clock that is off by more than this is worth a word. */
const WARNING_MS = 30_000;

/**
 * Judges the difference between two clocks. Sync bridges a large one too, but pairing does not, and of
 * two changes of one memory it may let the wrong one stand.
 *
 * @param offsetMs the peer's time minus ours
 */
export function judgeClock(peerName: string, offsetMs: number): Judgement {
  const offMs = Math.abs(offsetMs);
  const seconds = Math.round(offMs / 1_000);
  const detail = seconds === 0
    ? "the clocks agree"
    : `the clock of ${peerName} is ${seconds} s ${offsetMs > 0 ? "ahead of" : "behind"} this one`;
  if (offMs <= WARNING_MS) return ok(detail);
  const judge = offMs > MAX_SKEW_S * 1_000 ? failed : warning;
  return judge(detail, "Set the clock of the device that is wrong, or have it set by the network");
}
