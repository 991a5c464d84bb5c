/** Waiting for a daemon that is being started, or is taking something up. */
import { CodememError } from "../errors.ts";
import { type DaemonFacts, readFacts } from "./facts.ts";
import { isLocked } from "./lock.ts";

const POLL_MS = 50;

/** Options of {@link awaitDaemon}. */
export interface AwaitOptions {
  readonly timeoutMs: number;
  /** Why it will never come; asked while nobody holds the lock. */
  readonly failure: () => Promise<CodememError | undefined>;
}

/**
 * Waits until a daemon runs: it holds the lock and has written its facts, after everything else.
 *
 * @throws what `failure` says; busy where it takes longer than the time given
 */
export async function awaitDaemon(
  paths: { readonly lock: string; readonly daemonFacts: string },
  { timeoutMs, failure }: AwaitOptions,
): Promise<DaemonFacts> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const facts = await readFacts(paths);
    if (facts !== undefined) return facts;
    const error = await isLocked(paths.lock) ? undefined : await failure();
    if (error !== undefined) throw error;
    if (performance.now() > deadlineMs) throw late(timeoutMs);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Waits until a daemon that runs has taken up that sync is enabled, or has said why it cannot.
 *
 * @returns its facts then, or as they are when the time is over; `undefined` where it has ended
 */
export async function awaitSync(
  paths: { readonly lock: string; readonly daemonFacts: string },
  timeoutMs: number,
): Promise<DaemonFacts | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const facts = await readFacts(paths);
    const isDone = facts === undefined || facts.listeners.length > 0 || facts.syncError !== null;
    if (isDone || performance.now() > deadlineMs) return facts;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function late(timeoutMs: number): CodememError {
  const seconds = Math.round(timeoutMs / 1_000);
  return new CodememError("busy", `codemem serve is not ready after ${seconds} s`, {
    hint: "It may be taking in a large database: `codemem sync status` shows when it runs",
  });
}
