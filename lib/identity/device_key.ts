/**
 * The device's identity key on disk: `device.key` (PKCS#8 PEM, 0600) and `device.key.pub` beside it.
 *
 * A key that is there but cannot be trusted stops everything: a new identity is only ever made where
 * there was none, because every peer would have to be paired again.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { fingerprintOf, publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import {
  createFileOnce,
  makePrivateFolder,
  moveAside,
  readSmallFile,
  replaceFile,
} from "./key_files.ts";

const RECOVER = "Restore device.key from a backup, or make a new identity with " +
  "`codemem sync identity new`, after which every device must be paired again";

/** The identity of this device. */
export interface DeviceKey {
  readonly privateKey: KeyObject;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
}

/**
 * Makes the identity where there is none, and loads the one that is there otherwise. Of two processes
 * that do this at once both end with the same key; a crash leaves a whole key or none.
 *
 * @param keysDir the folder, made where it is missing
 * @param options `comment` is written behind the public key, for people
 * @throws {CodememError} as {@link loadDeviceKey}; `io_failed` where the folder cannot be written
 */
export function createDeviceKey(keysDir: string, options: { readonly comment: string }): DeviceKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  makePrivateFolder(keysDir);
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  createFileOnce(privatePath(keysDir), pem);
  return load(keysDir, options);
}

/** Options of {@link loadDeviceKey}. */
export interface LoadOptions {
  /** Whether a missing public file is written again; it is, unless told otherwise. */
  readonly repair?: boolean;
}

/**
 * Loads the identity.
 *
 * @throws {CodememError} `key_missing`; `key_damaged` where the files hold no Ed25519 key or do not
 * belong together; `key_exposed` where others can read the private key
 */
export function loadDeviceKey(keysDir: string, { repair = true }: LoadOptions = {}): DeviceKey {
  return load(keysDir, repair ? { comment: "" } : undefined);
}

/**
 * Moves the identity's files out of the way, for a new one to be made; deletes nothing.
 *
 * @param suffix appended to the file names, such as a timestamp
 * @returns the new paths of the files that were there
 * @throws {CodememError} `io_failed` where a file of that name is there already
 */
export function setAsideDeviceKey(keysDir: string, suffix: string): string[] {
  return [privatePath(keysDir), publicPath(keysDir)]
    .map((path) => moveAside(path, `${path}.${suffix}`))
    .filter((path) => path !== undefined);
}

function privatePath(keysDir: string): string {
  return join(keysDir, "device.key");
}

function publicPath(keysDir: string): string {
  return join(keysDir, "device.key.pub");
}

/** @param missing what to make of a missing public file; it stays missing where that is not given */
function load(keysDir: string, missing: { readonly comment: string } | undefined): DeviceKey {
  const privateKey = loadPrivateKey(privatePath(keysDir));
  const publicKey = publicKeyLine(privateKey);
  checkPublicFile(publicPath(keysDir), publicKey, missing);
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

function loadPrivateKey(path: string): KeyObject {
  const file = readSmallFile(path);
  if (file === undefined) {
    throw new CodememError("key_missing", `Cannot read the device key: ${path} is missing`, {
      hint: RECOVER,
    });
  }
  if ((file.mode & 0o077) !== 0) {
    throw new CodememError("key_exposed", `Cannot use the device key: others can read ${path}`, {
      hint: `Run \`chmod 600 '${path}'\`; if others may have read it, make a new identity with ` +
        "`codemem sync identity new`, after which every device must be paired again",
    });
  }
  try {
    const key = createPrivateKey({ key: file.text, format: "pem", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw damaged(`${path} does not hold a key`, cause);
  }
  throw damaged(`${path} holds no Ed25519 key`);
}

function checkPublicFile(
  path: string,
  publicKey: string,
  missing: { readonly comment: string } | undefined,
): void {
  const file = readSmallFile(path);
  if (file === undefined) {
    if (missing === undefined) return;
    replaceFile(path, `${[publicKey, missing.comment].filter(Boolean).join(" ")}\n`);
    return;
  }
  const line = file.text.trim().split(/\s+/).slice(0, 2).join(" ");
  if (line !== publicKey) throw damaged(`${path} belongs to another key`);
}

function damaged(what: string, cause?: unknown): CodememError {
  return new CodememError("key_damaged", `Cannot use the device key: ${what}`, {
    hint: RECOVER,
    cause,
  });
}
