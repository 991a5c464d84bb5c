/**
 * The public half of the device's key, in `device.key.pub`: `ssh-ed25519 <base64> codemem <device id>`. It
 * exists wherever the private key is stored, and says whose key that is if the database is lost.
 */
import { readSmallFile } from "./small_file.ts";

/** What the file tells. */
export interface PublicFile {
  /** `ssh-ed25519 <base64>`. */
  readonly publicKey: string;
  /** The device that the key was made for; null if the file does not say. */
  readonly deviceId: string | null;
}

/** The path of the file. @param keysDir the folder of the key files */
export function publicPath(keysDir: string): string {
  return `${keysDir}/device.key.pub`;
}

/** Reads the file. @returns `undefined` if there is none @throws {CodememError} `key_damaged` */
export function readPublicFile(keysDir: string): PublicFile | undefined {
  const file = readSmallFile(publicPath(keysDir));
  if (file === undefined) return undefined;
  const [type = "", key = "", , deviceId = null] = file.text.trim().split(/\s+/);
  return { publicKey: `${type} ${key}`, deviceId };
}
