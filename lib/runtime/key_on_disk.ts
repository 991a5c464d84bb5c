/** Whose key lies on the disk, whatever has become of the database. */
import { fingerprintOf } from "../auth/fingerprint.ts";
import { readPublicFile } from "../identity/public_file.ts";
import type { KeyOnDisk } from "../store/backup/restore.ts";

/**
 * Reads what the public file tells.
 *
 * @param keysDir the folder of the key files
 * @returns null where there is none
 * @throws {CodememError} `key_damaged` where it cannot be read
 */
export function keyOnDisk(keysDir: string): KeyOnDisk | null {
  const file = readPublicFile(keysDir);
  if (file === undefined) return null;
  return { fingerprint: fingerprintOf(file.publicKey), deviceId: file.deviceId };
}
