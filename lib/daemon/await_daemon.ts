/** Waiting for a daemon that is starting, or that is applying a change. */
import { CodememError } from "../errors.ts";
import { poll } from "../time/poll.ts";
import { type DaemonFacts, readFacts } from "./facts.ts";
import { isLocked } from "./lock.ts";

/** The files that tell of a device's daemon. */
interface DaemonPaths {
  readonly lock: string;
  readonly daemonFacts: string;
}

/** Options of {@link awaitDaemon}. */
export interface AwaitOptions {
  readonly timeoutMs: number;
  /** Returns why it will not start, if it has failed; called while nobody holds the lock. */
  readonly failure: () => Promise<CodememError | undefined>;
}

/**
 * Waits until a daemon runs: it holds the lock and has written its facts, which it does last.
 *
 * @throws what `failure` returns; busy after the timeout
 */
export async function awaitDaemon(
  paths: DaemonPaths,
  { timeoutMs, failure }: AwaitOptions,
): Promise<DaemonFacts> {
  const facts = await poll(async () => {
    const facts = await readFacts(paths);
    if (facts !== undefined || await isLocked(paths.lock)) return facts;
    const error = await failure();
    if (error !== undefined) throw error;
  }, { timeoutMs });
  if (facts === undefined) throw late(timeoutMs);
  return facts;
}

/**
 * Finds the daemon that runs, or that somebody is starting at this moment.
 *
 * @returns `undefined` if there is none
 * @throws busy if a process holds the lock and is not ready before the timeout
 */
export async function findDaemon(
  paths: DaemonPaths,
  timeoutMs: number,
): Promise<DaemonFacts | undefined> {
  const found = await poll(async () => {
    const facts = await readFacts(paths);
    return facts !== undefined || !await isLocked(paths.lock) ? { facts } : undefined;
  }, { timeoutMs });
  if (found === undefined) throw late(timeoutMs);
  return found.facts;
}

/**
 * Waits until a running daemon has applied that sync is enabled, or has reported why it cannot.
 *
 * @returns its facts then; `undefined` if it has ended, or after the timeout
 */
export async function awaitSync(
  paths: DaemonPaths,
  timeoutMs: number,
): Promise<DaemonFacts | undefined> {
  const settled = await poll(async () => {
    const facts = await readFacts(paths);
    const isPending = facts !== undefined && facts.listeners.length === 0 &&
      facts.syncError === null;
    return isPending ? undefined : { facts };
  }, { timeoutMs });
  return settled?.facts;
}

/**
 * Waits until sync runs in a daemon in which it did not.
 *
 * @returns its facts then, or after the timeout; `undefined` if it has ended
 */
export async function awaitSyncRuns(
  paths: DaemonPaths,
  timeoutMs: number,
): Promise<DaemonFacts | undefined> {
  await poll(async () => {
    const facts = await readFacts(paths);
    return facts === undefined || facts.syncError === null ? true : undefined;
  }, { timeoutMs });
  return await readFacts(paths);
}

/**
 * Waits until sync of a daemon that runs runs with a key.
 *
 * @returns its facts then, or when the time is over; `undefined` where it has ended
 */
export async function awaitKey(
  paths: DaemonPaths,
  fingerprint: string,
  timeoutMs: number,
): Promise<DaemonFacts | undefined> {
  await poll(async () => {
    const facts = await readFacts(paths);
    return facts === undefined || facts.fingerprint === fingerprint ? true : undefined;
  }, { timeoutMs });
  return await readFacts(paths);
}

function late(timeoutMs: number): CodememError {
  const seconds = Math.round(timeoutMs / 1_000);
  return new CodememError("busy", `codemem serve is not ready after ${seconds} s`, {
    hint: "It may be importing a large database: `codemem sync status` shows when it runs",
  });
}
