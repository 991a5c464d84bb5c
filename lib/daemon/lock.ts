/** The one daemon of a device: a lock on a file, which ends with the process that holds it. */
import { CodememError } from "../errors.ts";

/** A look at the lock from outside may be in the way for a moment. */
const RETRY_MS = 50;
const RETRIES = 10;

/** The lock, held. */
export interface DaemonLock {
  release(): void;
}

/**
 * Takes the lock.
 *
 * @throws already_running where another process holds it
 */
export async function acquireLock(path: string): Promise<DaemonLock> {
  const file = await openLockFile(path);
  for (let tries = 0; tries < RETRIES; tries++) {
    if (await file.tryLock(true)) return { release: () => file.close() };
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  file.close();
  throw new CodememError("already_running", "codemem serve is already running on this device", {
    hint: "`codemem sync status` shows it",
  });
}

/** Whether some process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  try {
    return !(await file.tryLock(false));
  } finally {
    file.close();
  }
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw new CodememError("io_failed", `Cannot open the lock file ${path}`, {
      hint: "Check the owner and the permissions of its folder",
      cause: error,
    });
  }
}
