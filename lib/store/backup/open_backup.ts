/** Opening a backup to restore it: a private copy, migrated to this version and checked as a whole. */
import { CodememError } from "../../errors.ts";
import { readFileHeader } from "../file_header.ts";
import { refuseForeignFile } from "../migrate.ts";
import { openStore, type Store } from "../store.ts";
import { copyPrivately, removeDatabase, statIfThere } from "./files.ts";
import { actsByItself, isUnsound, requireSound } from "./require_sound.ts";

/** The paths of a backup and of its copy. */
export interface BackupPaths {
  readonly from: string;
  /** On the disk of the database. A file left by an earlier attempt is replaced. */
  readonly copy: string;
}

/**
 * Opens a copy of a backup; the backup itself stays unchanged.
 *
 * @throws invalid_input if there is none, database_corrupt if it is damaged or of another program,
 * database_too_new
 */
export async function openBackup({ from, copy }: BackupPaths, nowMs: () => number): Promise<Store> {
  const hasLog = await requireBackup(from);
  await removeDatabase(copy);
  await copyPrivately(from, copy);
  if (hasLog) await copyPrivately(`${from}-wal`, `${copy}-wal`);
  let store: Store | undefined;
  try {
    // Before the first statement that could trigger anything.
    if (actsByItself(copy)) throw noTablesOfOurs(from);
    store = openStore({ path: copy, nowMs });
    if (store.schema() !== ownSchema()) throw noTablesOfOurs(from);
    store.requireWhole();
    requireSound(copy);
    return store;
  } catch (error) {
    store?.close();
    throw isDamage(error) || isUnsound(error) ? damaged(from, error) : error;
  }
}

/** @returns whether a part of it is in the write-ahead log beside it */
async function requireBackup(path: string): Promise<boolean> {
  const found = await statIfThere(path);
  if (found === undefined) throw noBackup(path, "there is no such file");
  if (!found.isFile) throw noBackup(path, "it is not a file");
  const header = readFileHeader(path);
  const hasLog = header?.hasLog === true && await hasLogBeside(path, found);
  // All contents of a file that was copied by hand may still be in its log.
  if (header?.hasSchema !== true && !hasLog) throw noBackup(path, "it is not a database");
  refuseForeignFile(path);
  return hasLog;
}

/**
 * Whether there is a log beside a file that was copied by hand. The header of one written by
 * `codemem backup` says that it has none: a log beside it belongs to another file, or was planted.
 */
async function hasLogBeside(path: string, { uid }: Deno.FileInfo): Promise<boolean> {
  const log = await statIfThere(`${path}-wal`);
  if (log === undefined) return false;
  // The log can replace the contents of the whole database.
  if (log.uid === uid && log.isFile) return true;
  throw noBackup(path, `${path}-wal is of another user`);
}

/** A backup with other constraints might refuse later writes, or delete too much. */
function ownSchema(): string {
  const own = openStore({ path: ":memory:" });
  try {
    return own.schema();
  } finally {
    own.close();
  }
}

function noTablesOfOurs(path: string): CodememError {
  return noBackup(path, "its tables are not those of codemem");
}

function noBackup(path: string, reason: string): CodememError {
  return new CodememError("invalid_input", `Cannot restore ${path}: ${reason}`, {
    hint: "Name a file that `codemem backup` has written",
  });
}

/** Whether an error means that a database is damaged, and not merely out of reach. */
export function isDamage(error: unknown): boolean {
  return error instanceof CodememError && error.code === "database_corrupt";
}

function damaged(path: string, cause: unknown): CodememError {
  return new CodememError("database_corrupt", `Cannot restore ${path}: it is damaged`, {
    hint: "Restore an older backup, or sync a fresh database from a peer",
    cause,
  });
}
