/** When the next pass with one peer is due: decisions as values. Times are of a monotonic clock. */
import type { Consequence } from "../errors.ts";
import { backoffMs } from "./backoff.ts";

/** The schedule of one peer. */
export interface Schedule {
  /** When the next pass begins, in milliseconds. */
  readonly dueMs: number;
  /** Attempts in a row that have failed. */
  readonly failures: number;
  /** When the peer was last seen on the network and that was acted on. */
  readonly seenMs: readonly number[];
}

/** The end of a pass, as far as the schedule is concerned. */
export interface PassEnd {
  /** Of the failure; `undefined` if it succeeded. */
  readonly consequence: Consequence | undefined;
  /** Whether the peer is to be told that this device has caught up. */
  readonly hasCaughtUp: boolean;
}

/** Adverts cost their sender nothing: this limits how often they can trigger an attempt. */
const SEEN_TIMES = 3;
const SEEN_WITHIN_MS = 30_000;
/** A peer that only reconnects is back within this time. */
const LEFT_MS = 2_000;
/** Received ops are acknowledged by another pass after this time, which is one request. */
const TELL_MS = 1_000;

/** The schedule of a new peer: now. */
export function newSchedule(nowMs: number): Schedule {
  return { dueMs: nowMs, failures: 0, seenMs: [] };
}

/**
 * The schedule after a pass.
 *
 * @param options `intervalMs` between passes that nothing else triggers; `random` as of {@link backoffMs}
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

/** There is something to send by then. A peer that cannot be reached is not tried any earlier for it. */
export function whenChanged(schedule: Schedule, byMs: number): Schedule {
  if (schedule.failures > 0) return schedule;
  return { ...schedule, dueMs: Math.min(schedule.dueMs, byMs) };
}

/** The peer was in touch by itself and has hung up: a pass finds out whether it is gone. */
export function whenLeft(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, dueMs: Math.min(schedule.dueMs, nowMs + LEFT_MS) };
}

/**
 * The peer was seen on the network at an unknown address.
 *
 * @returns the same schedule if that has happened too often to be acted on
 */
export function whenSeen(schedule: Schedule, nowMs: number): Schedule {
  const lately = schedule.seenMs.filter((atMs) => nowMs - atMs < SEEN_WITHIN_MS);
  if (lately.length >= SEEN_TIMES) return schedule;
  return { dueMs: nowMs, failures: 0, seenMs: [...lately, nowMs] };
}

/** A person asked for a pass, or the network has changed, or the machine has slept. */
export function whenCalled(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, dueMs: nowMs, failures: 0 };
}
