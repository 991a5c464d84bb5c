/** Restoring a backup: at every instant either the old database or the new one is in place, whole. */
import { CodememError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import type { DeviceRecord } from "../device.ts";
import type { Peer } from "../peers/peers.ts";
import { openStore, type Store } from "../store.ts";
import { writeBackup } from "./back_up.ts";
import {
  flush,
  isSameFile,
  keepAs,
  place,
  removeDatabase,
  SIDECARS,
  statIfThere,
} from "./files.ts";
import { isDamage, openBackup } from "./open_backup.ts";

/** The content of a public key file. */
export interface KeyOnDisk {
  readonly fingerprint: string;
  /** The device that the key was made for; null if the file does not say. */
  readonly deviceId: string | null;
}

/** Options of {@link restoreBackup}. */
export interface RestoreOptions {
  readonly from: string;
  /** The path of this device's database, which may not exist. */
  readonly database: string;
  /** The path under which the present database is kept. */
  readonly aside: string;
  /** The key that this device has; null if it has none. */
  readonly key: KeyOnDisk | null;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** The result of a restore. */
export interface Restored {
  readonly digest: Digest;
  /** Where the previous database is kept; null if there was none. */
  readonly aside: string | null;
  /** How many memories that one holds if it came after the device's own database was lost. */
  readonly writtenSince: number;
  /** The peers that were paired according to the backup, if the database that knew better is lost. */
  readonly pairings: readonly Pick<Peer, "deviceId" | "name">[];
}

/**
 * Restores a backup of this device. If the present database can be used, its memories, log and history are
 * replaced in one transaction, even while other processes have it open; identity and pairings stay, so that
 * a peer that was removed since the backup stays removed. If it is missing or damaged, or not the one that the
 * device's key belongs to, the backup takes its place.
 *
 * @throws invalid_input if the file is not a backup, or of another device; database_corrupt,
 * database_too_new
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  return await withBackup(
    options,
    async (backup, { store, writtenSince }) =>
      store === undefined
        ? { ...await takeItsPlace(backup, options), writtenSince }
        : { ...await replaceContents(backup, store, options), writtenSince },
  );
}

/**
 * Requires that {@link restoreBackup} would accept a backup, before anything is stopped or changed for it.
 *
 * @throws as {@link restoreBackup}
 */
export async function requireRestorable(options: RestoreOptions): Promise<void> {
  await withBackup(options, async () => {});
}

/** The database that is there now. */
interface Present {
  /** Absent if there is none of this device: missing, unused, damaged, or lost for another one. */
  readonly store?: Store;
  readonly isDamaged: boolean;
  readonly writtenSince: number;
}

/** Opens both while `use` runs. */
async function withBackup<T>(
  options: RestoreOptions,
  use: (backup: Store, present: Present) => Promise<T>,
): Promise<T> {
  const { from, database, nowMs } = options;
  if (await isSameFile(from, database)) {
    throw new CodememError("invalid_input", "This is the database itself, and no backup of it", {
      hint: "Name a file that `codemem backup` has written",
    });
  }
  const copy = `${database}.restoring`;
  try {
    using backup = disposable(await openBackup({ from, copy }, nowMs));
    const present = await openPresent(options);
    using _present = disposable(present.store);
    requireOwn(backup.store.device.record(), present, options);
    return await use(backup.store, present);
  } finally {
    await removeDatabase(copy);
  }
}

function disposable<S extends Store | undefined>(store: S) {
  return { store, [Symbol.dispose]: () => store?.close() };
}

const ABSENT: Present = { isDamaged: false, writtenSince: 0 };

async function openPresent({ database, key, nowMs }: RestoreOptions): Promise<Present> {
  if (await statIfThere(database) === undefined) return ABSENT;
  let store: Store | undefined;
  try {
    store = openStore({ path: database, nowMs });
    store.requireWhole();
  } catch (error) {
    store?.close();
    if (isDamage(error)) return { ...ABSENT, isDamaged: true };
    throw error;
  }
  const isLost = isOfAnother(store, key);
  if (!isUntouched(store) && !isLost) return { ...ABSENT, store };
  const writtenSince = isLost ? store.log.snapshot().digest.live : 0;
  store.close();
  return { ...ABSENT, writtenSince };
}

/**
 * Whether the key belongs to another database, which is lost: a command has begun this one since, or
 * somebody has put that of another device here.
 */
function isOfAnother(store: Store, key: KeyOnDisk | null): boolean {
  const { deviceId, fingerprint } = store.device.record();
  return typeof key?.deviceId === "string" && key.deviceId !== deviceId &&
    key.fingerprint !== fingerprint;
}

/** Whether a store is as any command creates it on a new machine, without contents. */
function isUntouched(store: Store): boolean {
  const { live, tombstones } = store.log.snapshot().digest;
  return live + tombstones === 0 && store.device.record().fingerprint === null &&
    store.lives.present() === null;
}

/** Requires that a backup is of this device: with another device's id, this one would be a clone of it. */
function requireOwn(
  backup: DeviceRecord,
  { store, isDamaged }: Present,
  { from, database, key }: RestoreOptions,
): void {
  const isOwn = store !== undefined
    ? store.deviceId === backup.deviceId
    : key === null || key.fingerprint === backup.fingerprint ||
      (backup.fingerprint === null && (key.deviceId ?? backup.deviceId) === backup.deviceId);
  if (isOwn) return;
  if (key?.deviceId === backup.deviceId) throw ofEarlierKey(from, isDamaged ? database : null);
  throw new CodememError(
    "invalid_input",
    `Cannot restore ${from}: it is a backup of another device (${backup.deviceId})`,
    { hint: `To import its memories, run \`codemem import ${from}\`` },
  );
}

/** The refusal of a backup from before a rotation: only the lost database recorded how the key followed. */
function ofEarlierKey(from: string, damaged: string | null): CodememError {
  const way = damaged === null ? "" : `move ${damaged} and the files beside it away, `;
  return new CodememError(
    "invalid_input",
    `Cannot restore ${from}: the key of this device was rotated since`,
    {
      hint: `Restore a later backup. If there is none, ${way}run ` +
        "`codemem sync identity new --yes` and " +
        `\`codemem import ${from}\`, which imports its memories, and pair this device again`,
    },
  );
}

async function replaceContents(
  backup: Store,
  present: Store,
  { aside }: RestoreOptions,
): Promise<Omit<Restored, "writtenSince">> {
  await writeBackup(present, aside, { replace: false });
  backup.leaveInOneFile();
  present.takeContents(backup.path);
  present.scrub();
  const { digest } = present.log.snapshot();
  return { digest, aside, pairings: [] };
}

async function takeItsPlace(
  backup: Store,
  { database, aside }: RestoreOptions,
): Promise<Omit<Restored, "writtenSince">> {
  // The integrity check does not cover the contents of the search index.
  backup.indexAnew();
  backup.beginAnew();
  const { digest } = backup.log.snapshot();
  const pairings = backup.peers.list();
  backup.leaveInOneFile();
  backup.close();
  await flush(backup.path);
  const wasThere = await putAside(database, aside);
  await place(backup.path, database, { replace: true });
  return { digest, aside: wasThere ? aside : null, pairings };
}

/** Keeps the damaged database under another name; it stays in place until replaced, but its log is moved. */
async function putAside(database: string, aside: string): Promise<boolean> {
  if (await statIfThere(database) === undefined) return false;
  await keepAs(database, aside);
  for (const suffix of SIDECARS) {
    if (await statIfThere(database + suffix) === undefined) continue;
    await place(database + suffix, aside + suffix, { replace: true });
  }
  return true;
}
