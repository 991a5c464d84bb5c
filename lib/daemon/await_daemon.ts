/** Waiting for a daemon that is being started, or is taking something up. */
import { CodememError } from "../errors.ts";
import { poll } from "../time/poll.ts";
import { type DaemonFacts, readFacts } from "./facts.ts";
import { isLocked } from "./lock.ts";

/** The files of a device by which its daemon is known. */
interface DaemonPaths {
  readonly lock: string;
  readonly daemonFacts: string;
}

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
 * The daemon that runs, or is being started by somebody else at this moment.
 *
 * @returns `undefined` where there is none
 * @throws busy where a process holds the lock and is not ready within the time given
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
 * Waits until a daemon that runs has taken up that sync is enabled, or has said why it cannot.
 *
 * @returns its facts then; `undefined` where it has ended, or the time is over
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
 * Waits until a daemon whose sync does not run has it running.
 *
 * @returns its facts then, or when the time is over; `undefined` where it has ended
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
