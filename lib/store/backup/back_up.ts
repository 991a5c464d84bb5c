/** Writing a backup: the whole database to one file, while the device keeps running. */
import { basename, dirname } from "node:path";
import { CodememError } from "../../errors.ts";
import { exposedFolder } from "../../files/exposed_folder.ts";
import type { Digest } from "../../model/digest.ts";
import { readFileHeader } from "../file_header.ts";
import { openStore, type Store } from "../store.ts";
import {
  claimDatabaseFile,
  copyInPlace,
  diskFull,
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
  /** The digest of its memories. */
  readonly digest: Digest;
  readonly bytes: number;
  /** A folder in which others can replace or remove it; null where there is none. */
  readonly exposedIn: string | null;
}

/**
 * Writes a backup of a store: a consistent snapshot, without unused pages in which deleted text may remain,
 * and checked as a whole before it gets its name. If it is interrupted, no incomplete file has that name,
 * but one that ends with `.partial` may be left beside it, or, if others can write to the folder, beside the
 * database.
 *
 * @param options.replace whether to replace a database that is there
 * @throws invalid_input if there is a file that must not be replaced; busy if another process is writing
 * it; database_full if it does not fit; database_corrupt if the copy is damaged; io_failed, also if somebody
 * else interferes
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
    copyStore(store, partial, exposedIn === null ? path : partial);
    const digest = readThrough(partial);
    await flush(partial);
    const { size: bytes } = await Deno.stat(partial);
    if (exposedIn === null) {
      await place(partial, path, options);
    } else {
      await copyInPlace(partial, path, options);
      await removeDatabase(partial);
    }
    // They belong to the file that was there: with them, every program would read a mixture.
    await removeSidecars(path);
    return { digest, bytes, exposedIn };
  } catch (error) {
    await removeDatabase(partial);
    throw error;
  }
}

/** The disk that is full is that of the copy, which need not be that of the database. */
function copyStore(store: Store, copy: string, named: string): void {
  try {
    store.copyInto(copy);
  } catch (error) {
    const isFull = error instanceof CodememError && error.code === "database_full";
    throw isFull ? diskFull(named, error) : error;
  }
}

async function requireRoom(store: Store, path: string, replace: boolean): Promise<void> {
  const found = await statIfThere(path);
  if (await isOfDatabase(path, store.path)) {
    throw new CodememError(
      "invalid_input",
      "This is the database itself, and no place for a backup",
      {
        hint: "Name another file",
      },
    );
  }
  if (found === undefined) return await requireNoSidecars(path, replace);
  if (!found.isFile) {
    throw new CodememError("invalid_input", `${path} is not a file`, { hint: "Name a file" });
  }
  if (!replace) throw fileExists(path);
  if (found.size > 0 && readFileHeader(path) === undefined) throw notReplaced(path);
}

/**
 * Whether it is the database, or the place of what SQLite keeps beside it: it would be taken for that, and
 * whoever has the database open would go on writing into a file that is gone.
 */
async function isOfDatabase(path: string, database: string): Promise<boolean> {
  if (await isSameFile(path, database)) return true;
  const [folder, own] = [dirname(path), dirname(database)];
  if (folder !== own && !await isSameFile(folder, own)) return false;
  return SIDECARS.some((suffix) => basename(path) === basename(database) + suffix);
}

/** What is left beside a former database of that name would be read as a part of the backup. */
async function requireNoSidecars(path: string, replace: boolean): Promise<void> {
  if (replace) return;
  for (const suffix of SIDECARS) {
    if (await statIfThere(path + suffix) !== undefined) throw fileExists(path + suffix);
  }
}

/** A typing error must not destroy a key or the settings. */
function notReplaced(path: string): CodememError {
  return new CodememError("invalid_input", `${path} is no database, and is not replaced`, {
    hint: "Name another file, or remove this one first",
  });
}

/** Checks a copy of a database as a whole. @throws database_corrupt */
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
