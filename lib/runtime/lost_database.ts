/** A database that is gone, or replaced by another file, and the key that is left of its device. */
import { CodememError } from "../errors.ts";
import { isThere } from "../files/is_there.ts";
import { type PublicFile, readPublicFile } from "../identity/public_file.ts";
import { LOST_DATABASE } from "../model/mend_database.ts";
import type { Store } from "../store/store.ts";
import type { IdentityPlace } from "./identity_place.ts";

/** Where a device keeps what it is. */
interface DevicePaths {
  readonly database: string;
  /** The folder of the key files. */
  readonly keys: string;
}

/**
 * The device whose database is gone, by its public key file.
 *
 * @returns `undefined` if the database is there, or if there never was a device
 * @throws {CodememError} `key_damaged` if the file cannot be read
 */
export function lostDevice({ database, keys }: DevicePaths): PublicFile | undefined {
  return isThere(database) ? undefined : readPublicFile(keys);
}

/** The refusal if the database of a device does not exist any more. */
export function databaseGone(path: string): CodememError {
  return new CodememError("io_failed", `The database ${path} is gone`, { hint: LOST_DATABASE });
}

/** Why an open store writes to no file that others can find; `undefined` if it does. */
export function displacement(store: Store): CodememError | undefined {
  if (store.isInPlace()) return undefined;
  const { path } = store;
  if (!isThere(path)) return databaseGone(path);
  return new CodememError("io_failed", `Another file has taken the place of the database ${path}`, {
    hint: "`codemem sync restart` takes it up",
  });
}

/**
 * Requires that the keys in the folder are not those of a device whose database is gone. With its key but
 * another id, this device would be a stranger to the peers, and a backup of the lost database would look
 * like a foreign one.
 *
 * @throws key_damaged
 */
export function requireOwnFolder(
  { store, keysDir }: Pick<IdentityPlace, "store" | "keysDir">,
): void {
  // Files that a new identity has yet to move aside are this device's own.
  if (store.device.record().keyTask?.kind === "set_aside") return;
  const owner = readPublicFile(keysDir)?.deviceId ?? null;
  if (owner === null || owner === store.deviceId) return;
  throw new CodememError(
    "key_damaged",
    `The key in ${keysDir} is that of the device ${owner}, whose database is gone`,
    {
      hint: "Run `codemem restore FILE` with a backup of it; where there is none, run " +
        "`codemem sync identity new --yes`, and pair this device again",
    },
  );
}
