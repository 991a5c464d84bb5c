/** Restoring a backup: at every instant the old database is there as a whole, or the new one. */
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

/** What the file of a public key tells. */
export interface KeyOnDisk {
  readonly fingerprint: string;
  /** Of the device that it was made for; null where it does not say. */
  readonly deviceId: string | null;
}

/** Options of {@link restoreBackup}. */
export interface RestoreOptions {
  readonly from: string;
  /** The database of this device, there or not. */
  readonly database: string;
  /** Where the database that was there is kept. */
  readonly aside: string;
  /** The key that this device has; null where it has none. */
  readonly key: KeyOnDisk | null;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A backup that was restored. */
export interface Restored {
  readonly digest: Digest;
  /** Where the database that was there is kept; null where there was none. */
  readonly aside: string | null;
  /** Whom it is paired with by the backup, where the database that knew better is lost. */
  readonly pairings: readonly Pick<Peer, "deviceId" | "name">[];
}

/**
 * Restores a backup of this device. Where the database that is there can be used, memories, log and
 * history are replaced in one transaction of it, whoever else has it open, and the device's identity and
 * pairings stay: a peer that was removed since the backup stays removed. Where it is missing or damaged,
 * the backup takes its place.
 *
 * @throws invalid_input where the backup is none, or of another device; database_corrupt,
 * database_too_new
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  return await withBackup(
    options,
    async (backup, present) =>
      present === undefined
        ? await takeItsPlace(backup, options)
        : await replaceContents(backup, present, options),
  );
}

/**
 * Whether {@link restoreBackup} would take a backup: asked before anything is ended or changed for it.
 *
 * @throws as {@link restoreBackup}
 */
export async function requireRestorable(options: RestoreOptions): Promise<void> {
  await withBackup(options, async () => {});
}

/** Opens both for as long as they are used. @param use gets no present store where there is none to keep */
async function withBackup<T>(
  options: RestoreOptions,
  use: (backup: Store, present: Store | undefined) => Promise<T>,
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
    using present = disposable(await openPresent(options));
    requireOwn(backup.store.device.record(), present.store?.device.record(), options);
    return await use(backup.store, present.store);
  } finally {
    await removeDatabase(copy);
  }
}

function disposable<S extends Store | undefined>(store: S) {
  return { store, [Symbol.dispose]: () => store?.close() };
}

/** @returns `undefined` where there is nothing that is worth keeping, or nothing that can be used */
async function openPresent({ database, nowMs }: RestoreOptions): Promise<Store | undefined> {
  if (await statIfThere(database) === undefined) return undefined;
  let store: Store | undefined;
  try {
    store = openStore({ path: database, nowMs });
    store.requireWhole();
  } catch (error) {
    store?.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
  if (!isUntouched(store)) return store;
  store.close();
  return undefined;
}

/** What any command makes on a new machine, and nobody has used. */
function isUntouched(store: Store): boolean {
  const { live, tombstones } = store.log.snapshot().digest;
  return live + tombstones === 0 && store.device.record().fingerprint === null &&
    store.lives.present() === null;
}

/** Another device's log under this device's name would be a clone. */
function requireOwn(
  backup: DeviceRecord,
  present: DeviceRecord | undefined,
  { from, key }: RestoreOptions,
): void {
  const isOwn = present !== undefined
    ? present.deviceId === backup.deviceId
    : key === null || backup.fingerprint === null || key.fingerprint === backup.fingerprint;
  if (isOwn) return;
  if (key?.deviceId === backup.deviceId) throw ofEarlierKey(from);
  throw new CodememError(
    "invalid_input",
    `Cannot restore ${from}: it is a backup of another device (${backup.deviceId})`,
    { hint: `To take over its memories, run \`codemem import ${from}\`` },
  );
}

/** How the present key followed stood in the database that is lost: nobody else can say it again. */
function ofEarlierKey(from: string): CodememError {
  return new CodememError(
    "invalid_input",
    `Cannot restore ${from}: the key of this device was rotated since`,
    {
      hint: "Restore a later backup. If there is none, run `codemem sync identity new --yes` and " +
        `\`codemem import ${from}\`, which takes over its memories, and pair this device again`,
    },
  );
}

async function replaceContents(
  backup: Store,
  present: Store,
  { aside }: RestoreOptions,
): Promise<Restored> {
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
): Promise<Restored> {
  // No check of the file reads what the search would find.
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

/** The damaged database stays where it is until the other one takes its place; its log goes at once. */
async function putAside(database: string, aside: string): Promise<boolean> {
  if (await statIfThere(database) === undefined) return false;
  await keepAs(database, aside);
  for (const suffix of SIDECARS) {
    if (await statIfThere(database + suffix) === undefined) continue;
    await place(database + suffix, aside + suffix, { replace: true });
  }
  return true;
}
