/** The files of a backup: written beside their destination, and moved there whole. */
import { CodememError, systemCode } from "../../errors.ts";
import { letGo } from "../../files/let_go.ts";
import { PartialFile } from "../../files/partial_file.ts";
import { putInPlace, removeIfThere } from "../../files/place.ts";

/** The suffixes of files that SQLite keeps beside a database. */
export const SIDECARS = ["-wal", "-shm", "-journal"] as const;

/** Removes a database and the files that SQLite keeps beside it, if they exist. */
export async function removeDatabase(path: string): Promise<void> {
  await translated(path, () => removeIfThere(path));
  await removeSidecars(path);
}

/** Removes the files that SQLite keeps beside a database, if they exist. */
export async function removeSidecars(path: string): Promise<void> {
  for (const suffix of SIDECARS) {
    await translated(path + suffix, () => removeIfThere(path + suffix));
  }
}

/**
 * Creates an empty database file that only its owner can read, and locks it until it is disposed of. A file
 * of that name that a killed process has left is removed.
 *
 * @throws busy if another process is writing it; io_failed
 */
export async function claimDatabaseFile(path: string): Promise<Disposable> {
  return await translated(path, async () => {
    if (await isHeld(path)) throw beingWritten(path);
    await removeDatabase(path);
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    // Before it was locked, another process may have taken it for a leftover.
    const isOurs = await file.tryLock(true) &&
      (await file.stat()).ino === (await Deno.stat(path)).ino;
    if (isOurs) return { [Symbol.dispose]: () => letGo(file) };
    letGo(file);
    throw beingWritten(path);
  });
}

/** Whether a process is writing a file that was claimed. @throws io_failed if it belongs to somebody else */
export async function isHeld(path: string): Promise<boolean> {
  // A link is not ours: it is removed, and the file that it leads to is left alone.
  const found = await Deno.lstat(path).catch(() => undefined);
  if (found?.isFile !== true) return false;
  if (found.uid !== Deno.uid()) throw ofSomebodyElse(path);
  const file = await Deno.open(path, { write: true });
  try {
    return !await file.tryLock(true);
  } finally {
    letGo(file);
  }
}

function ofSomebodyElse(path: string): CodememError {
  return new CodememError("io_failed", `${path} is in the way, and belongs to somebody else`, {
    hint: "Name a file in a folder that only you can write to",
  });
}

function beingWritten(path: string): CodememError {
  return new CodememError("busy", `Another process is writing ${path}`, {
    hint: "Wait until it has ended, or name another file",
  });
}

/** Copies a file, so that only its owner can read the copy. @throws io_failed */
export async function copyPrivately(from: string, to: string): Promise<void> {
  await translated(to, async () => {
    await Deno.copyFile(from, to);
    await Deno.chmod(to, 0o600);
  });
}

/** Flushes a file to the disk. @throws io_failed */
export async function flush(path: string): Promise<void> {
  await translated(path, async () => {
    using file = await Deno.open(path, { write: true });
    await file.sync();
  });
}

/**
 * Gives a finished file its name, in one step and for good.
 *
 * @param options.replace whether to replace a file of that name
 * @throws invalid_input if there is one that must not be replaced; io_failed
 */
export async function place(
  from: string,
  to: string,
  options: { readonly replace: boolean },
): Promise<void> {
  if (!await translated(to, () => putInPlace(from, to, options))) throw fileExists(to);
}

/** How much of a file is copied at once. */
const COPIED_BYTES = 1 << 20;

/**
 * Copies a finished file into a folder that others can write to. What they put there, under whatever
 * name, is neither followed nor written to nor taken for the copy.
 *
 * @throws as {@link place}, and io_failed where somebody gets in the way
 */
export async function copyInPlace(
  from: string,
  to: string,
  options: { readonly replace: boolean },
): Promise<void> {
  const isPlaced = await translated(to, async () => {
    using source = await Deno.open(from, { read: true });
    using copy = new PartialFile(to);
    const bytes = new Uint8Array(COPIED_BYTES);
    for (let count; (count = await source.read(bytes)) !== null;) {
      copy.write(bytes.subarray(0, count));
    }
    return copy.place(options);
  });
  if (!isPlaced) throw fileExists(to);
}

/** Whether two paths lead to one file. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = [await statIfThere(a), await statIfThere(b)];
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** What is at a path; `undefined` if nothing is. @throws io_failed */
export async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw unusable(path, error);
  }
}

/** Gives a file a second name, or copies it on a file system without hard links. */
export async function keepAs(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch {
    await copyPrivately(from, to);
  }
}

/** The refusal to write over a file. */
export function fileExists(path: string): CodememError {
  return new CodememError("invalid_input", `The file ${path} already exists`, {
    hint: "Name another file, or give --force to replace it",
  });
}

async function translated<T>(path: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof CodememError ? error : unusable(path, error);
  }
}

/** The refusal if the disk of a file is full. */
export function diskFull(path: string, cause: unknown): CodememError {
  return new CodememError("database_full", `Cannot write ${path}: the disk is full`, {
    hint: "Free some space there, or name a file on another disk",
    cause,
  });
}

function unusable(path: string, cause: unknown): CodememError {
  if (systemCode(cause) === "ENOSPC") return diskFull(path, cause);
  return new CodememError("io_failed", `Cannot write ${path}`, {
    hint: "Check that its folder exists, that you may write to it and that the disk has room",
    cause,
  });
}
