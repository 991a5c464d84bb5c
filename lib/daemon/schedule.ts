/** When the next pass with one peer is due: decisions as values. Times are of a clock that is never set. */
import type { Consequence } from "../errors.ts";
import { backoffMs } from "./backoff.ts";

/** What is planned for one peer. */
export interface Schedule {
  /** When the next pass begins, in milliseconds. */
  readonly dueMs: number;
  /** Attempts in a row that have failed. */
  readonly failures: number;
  /** When the peer was seen in the network, where that was acted on: the last times. */
  readonly seenMs: readonly number[];
}

/** How a pass ended, as far as the schedule is concerned. */
export interface PassEnd {
  /** Of the failure; none where it succeeded. */
  readonly consequence: Consequence | undefined;
  /** Whether the peer is to be told that this device has caught up. */
  readonly hasCaughtUp: boolean;
}

/** An advert costs its sender nothing, so it moves an attempt forward so often in a time at most. */
const SEEN_TIMES = 3;
const SEEN_WITHIN_MS = 30_000;
/** Who only calls anew is back within this time. */
const LEFT_MS = 2_000;
/** What was received is acknowledged by another pass, which is one request. */
const TELL_MS = 1_000;

/** The plan for a peer of which nothing is known yet: now. */
export function newSchedule(nowMs: number): Schedule {
  return { dueMs: nowMs, failures: 0, seenMs: [] };
}

/**
 * The plan after a pass.
 *
 * @param options `intervalMs` between passes that nothing calls for; `random` as of {@link backoffMs}
 */
export function afterPass(
  schedule: Schedule,
  { consequence, hasCaughtUp }: PassEnd,
  options: { readonly nowMs: number; readonly intervalMs: number; readonly random: number },
): Schedule {
  const { nowMs, intervalMs, random } = options;
  if (consequence === undefined) {
    return { ...schedule, failures: 0, dueMs: nowMs + (hasCaughtUp ? TELL_MS : intervalMs) };
  }
  const failures = schedule.failures + 1;
  return { ...schedule, failures, dueMs: nowMs + backoffMs(consequence, failures, random) };
}

/** There is something to say by then. A peer that is not there now is not there for it either. */
export function whenChanged(schedule: Schedule, byMs: number): Schedule {
  if (schedule.failures > 0) return schedule;
  return { ...schedule, dueMs: Math.min(schedule.dueMs, byMs) };
}

/** The peer was in touch by itself and has hung up: whether it is gone has to be seen. */
export function whenLeft(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, dueMs: Math.min(schedule.dueMs, nowMs + LEFT_MS) };
}

/**
 * The peer was seen in the network at an address that was not known.
 *
 * @returns the same schedule where that has happened too often to be acted on
 */
export function whenSeen(schedule: Schedule, nowMs: number): Schedule {
  const lately = schedule.seenMs.filter((atMs) => nowMs - atMs < SEEN_WITHIN_MS);
  if (lately.length >= SEEN_TIMES) return schedule;
  return { dueMs: nowMs, failures: 0, seenMs: [...lately, nowMs] };
}

/** A person asked, or everything may be different: the network has changed, the machine has slept. */
export function whenCalled(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, dueMs: nowMs, failures: 0 };
}
