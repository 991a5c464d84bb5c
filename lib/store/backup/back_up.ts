/** Writing a backup: the whole database in one file, while everything goes on. */
import { dirname } from "node:path";
import { CodememError } from "../../errors.ts";
import { exposedFolder } from "../../files/exposed_folder.ts";
import type { Digest } from "../../model/digest.ts";
import { readFileHeader } from "../file_header.ts";
import { openStore, type Store } from "../store.ts";
import {
  claimDatabaseFile,
  copyInPlace,
  fileExists,
  flush,
  isSameFile,
  place,
  removeDatabase,
  removeSidecars,
  SIDECARS,
  statIfThere,
} from "./files.ts";

/** A backup that was written. */
export interface WrittenBackup {
  /** What it holds. */
  readonly digest: Digest;
  readonly bytes: number;
  /** A folder in which others can replace or remove it; null where there is none. */
  readonly exposedIn: string | null;
}

/**
 * Writes a backup of a store: as of one instant, without the gaps that deleted text may be left in, and
 * read once as a whole before it gets its name. Broken off, it leaves no file of that name that is not
 * whole, but may leave one beside it that ends with `.partial`; where others can write to the folder,
 * that one is beside the database instead.
 *
 * @param options.replace whether a database that is there makes room
 * @throws invalid_input where there is one that does not, or that is no database; busy where another
 * process is writing it; database_full where it does not fit; database_corrupt where the copy is
 * damaged; io_failed, also where somebody else gets in the way
 */
export async function writeBackup(
  store: Store,
  path: string,
  options: { readonly replace: boolean },
): Promise<WrittenBackup> {
  await requireRoom(store, path, options.replace);
  const exposedIn = exposedFolder(dirname(path)) ?? null;
  // SQLite finds its files by name, and takes what others have put beside them.
  const partial = exposedIn === null ? `${path}.partial` : `${store.path}.backup.partial`;
  using _claim = await claimDatabaseFile(partial);
  try {
    store.copyInto(partial);
    const digest = readThrough(partial);
    await flush(partial);
    const { size: bytes } = await Deno.stat(partial);
    if (exposedIn === null) {
      await place(partial, path, options);
    } else {
      await copyInPlace(partial, path, options);
      await removeDatabase(partial);
    }
    // They were of the file that was there: with them, every program would read a mixture.
    await removeSidecars(path);
    return { digest, bytes, exposedIn };
  } catch (error) {
    await removeDatabase(partial);
    throw isFull(error) ? noRoom(exposedIn === null ? path : partial, error) : error;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof CodememError && error.code === "database_full";
}

/** The disk of the backup is full, which need not be the one of the database. */
function noRoom(path: string, cause: unknown): CodememError {
  return new CodememError("database_full", `Cannot write ${path}: the disk is full`, {
    hint: "Free some space there, or name a file on another disk",
    cause,
  });
}

async function requireRoom(store: Store, path: string, replace: boolean): Promise<void> {
  const found = await statIfThere(path);
  if (found === undefined) return await requireNoSidecars(path, replace);
  if (await isSameFile(path, store.path)) {
    throw new CodememError(
      "invalid_input",
      "This is the database itself, and no place for a backup",
      {
        hint: "Name another file",
      },
    );
  }
  if (!found.isFile) {
    throw new CodememError("invalid_input", `${path} is not a file`, { hint: "Name a file" });
  }
  if (!replace) throw fileExists(path);
  if (found.size > 0 && readFileHeader(path) === undefined) throw notReplaced(path);
}

/** What is left of a database that was there once would be read as a part of the backup. */
async function requireNoSidecars(path: string, replace: boolean): Promise<void> {
  if (replace) return;
  for (const suffix of SIDECARS) {
    if (await statIfThere(path + suffix) !== undefined) throw fileExists(path + suffix);
  }
}

/** A slip of the hand must not cost a key or the settings. */
function notReplaced(path: string): CodememError {
  return new CodememError("invalid_input", `${path} is no database, and is not replaced`, {
    hint: "Name another file, or remove this one first",
  });
}

/** Reads a copy of a database from end to end. @throws database_corrupt */
function readThrough(path: string): Digest {
  const copy = openStore({ path });
  try {
    copy.requireWhole();
    const { digest } = copy.log.snapshot();
    copy.leaveInOneFile();
    return digest;
  } finally {
    copy.close();
  }
}
