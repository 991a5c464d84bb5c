/** Writing the public half of the device's key, and requiring that it belongs to the private one. */
import { makePrivateFolder } from "../files/private_folder.ts";
import { replaceFile } from "./key_files.ts";
import { keyDamaged } from "./key_refusals.ts";
import { publicPath, readPublicFile } from "./public_file.ts";

/** Writes the file, replacing the one that is there. @throws {CodememError} `io_failed` */
export function writePublicFile(keysDir: string, publicKey: string, deviceId: string): void {
  makePrivateFolder(keysDir);
  replaceFile(publicPath(keysDir), `${publicKey} codemem ${deviceId}\n`);
}

/**
 * Requires that the file, if there is one, belongs to the key.
 *
 * @param deviceId the device that the key belongs to; if it is given, a missing file is written
 * @throws {CodememError} `key_damaged`, `io_failed`
 */
export function checkPublicFile(keysDir: string, publicKey: string, deviceId?: string): void {
  const file = readPublicFile(keysDir);
  if (file === undefined) {
    if (deviceId !== undefined) writePublicFile(keysDir, publicKey, deviceId);
  } else if (file.publicKey !== publicKey) {
    throw keyDamaged(`${publicPath(keysDir)} belongs to another key`);
  }
}
