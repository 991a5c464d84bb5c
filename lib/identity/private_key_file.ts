/** A file that holds a private key: PKCS#8 PEM, for its owner alone. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { keyDamaged, requireUnexposed } from "./key_refusals.ts";
import { readSmallFile } from "./small_file.ts";

/** The text of the file. */
export function encodePem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * Reads the file.
 *
 * @returns `undefined` if there is none
 * @throws {CodememError} `key_damaged` if it holds no Ed25519 key; `key_exposed` if others can read it
 */
export function readPrivateKeyFile(path: string): KeyObject | undefined {
  const file = readSmallFile(path);
  if (file === undefined) return undefined;
  requireUnexposed(path, file.mode);
  try {
    const key = createPrivateKey({ key: file.text, format: "pem", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw keyDamaged(`${path} does not hold a key`, cause);
  }
  throw keyDamaged(`${path} holds no Ed25519 key`);
}
