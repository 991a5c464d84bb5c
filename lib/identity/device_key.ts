/**
 * The device's identity key on disk: `device.key` (PKCS#8 PEM, 0600) and `device.key.pub` beside it.
 *
 * A key that is there but cannot be trusted stops everything: a new identity is only ever made where
 * there was none, because every peer would have to be paired again.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { fingerprintOf, publicKeyLine } from "../auth/fingerprint.ts";
import { makePrivateFolder } from "../files/private_folder.ts";
import { createFileOnce, moveAside } from "./key_files.ts";
import { encodePem, keyMissing, readPrivateKeyFile } from "./private_key_file.ts";
import { checkPublicFile, publicPath } from "./public_file.ts";

/** The identity of this device. */
export interface DeviceKey {
  readonly privateKey: KeyObject;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
}

/** A new key, which nobody has yet. */
export function generateDeviceKey(): DeviceKey {
  return deviceKeyOf(generateKeyPairSync("ed25519").privateKey);
}

/** An identity of its private key. */
export function deviceKeyOf(privateKey: KeyObject): DeviceKey {
  const publicKey = publicKeyLine(privateKey);
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

/**
 * Makes the identity where there is none, and loads the one that is there otherwise. Of two processes
 * that do this at once both end with the same key; a crash leaves a whole key or none.
 *
 * @param keysDir the folder, made where it is missing
 * @param deviceId whose identity it is
 * @throws {CodememError} as {@link loadDeviceKey}; `io_failed` where the folder cannot be written
 */
export function createDeviceKey(keysDir: string, deviceId: string): DeviceKey {
  makePrivateFolder(keysDir);
  createFileOnce(privatePath(keysDir), encodePem(generateDeviceKey().privateKey));
  return loadDeviceKey(keysDir, deviceId);
}

/**
 * Loads the identity.
 *
 * @param deviceId whose identity it is, for a public file that is missing: it is written again only then
 * @throws {CodememError} `key_missing`; `key_damaged` where the files hold no Ed25519 key or do not
 * belong together; `key_exposed` where others can read the private key
 */
export function loadDeviceKey(keysDir: string, deviceId?: string): DeviceKey {
  const path = privatePath(keysDir);
  const privateKey = readPrivateKeyFile(path);
  if (privateKey === undefined) throw keyMissing(`${path} is missing`);
  const key = deviceKeyOf(privateKey);
  checkPublicFile(keysDir, key.publicKey, deviceId);
  return key;
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
