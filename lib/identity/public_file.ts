/**
 * The public half of the device's key, in `device.key.pub`: `ssh-ed25519 <base64> codemem <device id>`. It
 * exists wherever the private key is stored, and says whose key that is if the database is lost.
 */
import { join } from "node:path";
import { makePrivateFolder } from "../files/private_folder.ts";
import { readSmallFile, replaceFile } from "./key_files.ts";
import { keyDamaged } from "./private_key_file.ts";

/** What the file tells. */
export interface PublicFile {
  /** `ssh-ed25519 <base64>`. */
  readonly publicKey: string;
  /** The device that the key was made for; null if the file does not say. */
  readonly deviceId: string | null;
}

/** The path of the file. @param keysDir the folder of the key files */
export function publicPath(keysDir: string): string {
  return join(keysDir, "device.key.pub");
}

/** Reads the file. @returns `undefined` if there is none @throws {CodememError} `key_damaged` */
export function readPublicFile(keysDir: string): PublicFile | undefined {
  const file = readSmallFile(publicPath(keysDir));
  if (file === undefined) return undefined;
  const [type = "", key = "", , deviceId = null] = file.text.trim().split(/\s+/);
  return { publicKey: `${type} ${key}`, deviceId };
}

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
