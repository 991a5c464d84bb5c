/** A file that holds a private key: PKCS#8 PEM, for its owner alone. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { CodememError } from "../errors.ts";
import { readSmallFile } from "./key_files.ts";

const RECOVER = "Restore device.key from a backup, or make a new identity with " +
  "`codemem sync identity new --yes`, after which every device must be paired again";

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
  if ((file.mode & 0o077) !== 0) {
    throw new CodememError("key_exposed", `Cannot use the device key: others can read ${path}`, {
      hint: `Run \`chmod 600 '${path}'\`; if others may have read it, make a new identity with ` +
        "`codemem sync identity new --yes`, after which every device must be paired again",
    });
  }
  try {
    const key = createPrivateKey({ key: file.text, format: "pem", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw keyDamaged(`${path} does not hold a key`, cause);
  }
  throw keyDamaged(`${path} holds no Ed25519 key`);
}

/** The refusal if the key is not where the record says. */
export function keyMissing(what: string): CodememError {
  return new CodememError("key_missing", `Cannot read the device key: ${what}`, { hint: RECOVER });
}

/** The refusal if the key is there, but not what it should be. */
export function keyDamaged(what: string, cause?: unknown): CodememError {
  return new CodememError("key_damaged", `Cannot use the device key: ${what}`, {
    hint: RECOVER,
    cause,
  });
}
