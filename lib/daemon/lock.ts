/**
 * The one daemon of a device holds a lock on a file; the system releases it when the process ends.
 *
 * The holder writes its pid and start time into the file. They count only while the lock is held and a
 * process with that pid and start time exists: a file that was left behind means nothing.
 */
import { CodememError } from "../errors.ts";
import { letGo } from "../files/let_go.ts";
import { poll } from "../time/poll.ts";
import { parseJsonObject } from "./json_object.ts";
import { processStart } from "./process_start.ts";

/** A process that only checks the lock may hold it for a moment. */
const PATIENCE_MS = 500;

/** The lock, held. */
export interface DaemonLock {
  release(): void;
}

/** A process, distinguished from later ones with the same pid. */
export interface LockHolder {
  readonly pid: number;
  /** As {@link processStart} tells it. */
  readonly start: string;
}

/**
 * Takes the lock for this process.
 *
 * @throws already_running where another process holds it
 */
export async function acquireLock(path: string): Promise<DaemonLock> {
  const file = await openLockFile(path);
  const tryLock = async () => await file.tryLock(true) || undefined;
  if (await poll(tryLock, { timeoutMs: PATIENCE_MS })) return await hold(file, path);
  file.close();
  throw new CodememError("already_running", "codemem serve is already running on this device", {
    hint: "`codemem sync status` shows it",
  });
}

async function hold(file: Deno.FsFile, path: string): Promise<DaemonLock> {
  try {
    await writeHolder(file);
    return { release: () => letGo(file) };
  } catch (error) {
    letGo(file);
    throw new CodememError("io_failed", `Cannot write the lock file ${path}`, {
      hint: "Is the disk full?",
      cause: error,
    });
  }
}

/** Whether some process holds the lock. @throws io_failed where that cannot be found out */
export async function isLocked(path: string): Promise<boolean> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // A file stands where its folder should be.
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw unopenable(path, error);
  }
  try {
    return !(await file.tryLock(false));
  } finally {
    letGo(file);
  }
}

/**
 * The holder that the file of a held lock names, unchecked; `undefined` if nobody holds the lock, or if the
 * holder has not written its pid yet.
 */
export async function namedHolder(path: string): Promise<LockHolder | undefined> {
  return await isLocked(path) ? decodeHolder(await Deno.readTextFile(path)) : undefined;
}

/**
 * The process that holds the lock, and not a later one with the same pid.
 *
 * @returns `undefined` as {@link namedHolder}, and if the process cannot be seen from here, for example
 * because it runs in a container
 */
export async function findHolder(path: string): Promise<LockHolder | undefined> {
  const named = await namedHolder(path);
  if (named === undefined || await processStart(named.pid) !== named.start) return undefined;
  return await isLocked(path) ? named : undefined;
}

async function writeHolder(file: Deno.FsFile): Promise<void> {
  const holder: LockHolder = { pid: Deno.pid, start: await processStart(Deno.pid) ?? "" };
  await file.truncate();
  await file.write(new TextEncoder().encode(`${JSON.stringify(holder)}\n`));
}

function decodeHolder(text: string): LockHolder | undefined {
  const { pid, start } = parseJsonObject(text) ?? {};
  const isPid = typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
  return isPid && typeof start === "string" && start !== "" ? { pid, start } : undefined;
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw unopenable(path, error);
  }
}

function unopenable(path: string, cause: unknown): CodememError {
  return new CodememError("io_failed", `Cannot open the lock file ${path}`, {
    hint: "Check the owner and the permissions of its folder",
    cause,
  });
}
