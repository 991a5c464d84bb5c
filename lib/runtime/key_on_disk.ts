/** Whose key is on the disk, whatever happened to the database. */
import { fingerprintOf } from "../auth/fingerprint.ts";
import { readPublicFile } from "../identity/public_file.ts";
import type { KeyOnDisk } from "../store/backup/restore.ts";

/**
 * Reads the public key file.
 *
 * @param keysDir the folder of the key files
 * @returns null if there is none
 * @throws {CodememError} `key_damaged` if it cannot be read
 */
export function keyOnDisk(keysDir: string): KeyOnDisk | null {
  const file = readPublicFile(keysDir);
  if (file === undefined) return null;
  return { fingerprint: fingerprintOf(file.publicKey), deviceId: file.deviceId };
}
