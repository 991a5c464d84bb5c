/**
 * The device's identity key on disk: `device.key` (PKCS#8 PEM, 0600) and `device.key.pub` beside it.
 *
 * A key that exists but cannot be trusted stops everything: a new identity is only ever created if
 * there was none, because every peer would have to be paired again.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { fingerprintOf, publicKeyLine } from "../auth/fingerprint.ts";
import { makePrivateFolder } from "../files/private_folder.ts";
import { createFileOnce, moveAside } from "./key_files.ts";
import { keyMissing } from "./key_refusals.ts";
import { encodePem, readPrivateKeyFile } from "./private_key_file.ts";
import { publicPath } from "./public_file.ts";
import { checkPublicFile } from "./write_public_file.ts";

/** The identity of this device. */
export interface DeviceKey {
  readonly privateKey: KeyObject;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
}

/** Generates a new key. */
export function generateDeviceKey(): DeviceKey {
  return deviceKeyOf(generateKeyPairSync("ed25519").privateKey);
}

/** The identity that a private key stands for. */
export function deviceKeyOf(privateKey: KeyObject): DeviceKey {
  const publicKey = publicKeyLine(privateKey);
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

/**
 * Creates the identity if there is none, and loads it otherwise. Two processes that do this at once
 * end up with the same key; a crash leaves a whole key or none.
 *
 * @param keysDir the folder, created if it is missing
 * @param deviceId the device that the identity belongs to
 * @throws {CodememError} as {@link loadDeviceKey}; `io_failed` if the folder cannot be written
 */
export function createDeviceKey(keysDir: string, deviceId: string): DeviceKey {
  makePrivateFolder(keysDir);
  createFileOnce(privatePath(keysDir), encodePem(generateDeviceKey().privateKey));
  return loadDeviceKey(keysDir, deviceId);
}

/**
 * Loads the identity.
 *
 * @param deviceId the device that it belongs to; if it is given, a missing public file is written again
 * @throws {CodememError} `key_missing`; `key_damaged` if the files hold no Ed25519 key or do not
 * belong together; `key_exposed` if others can read the private key
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
 * Moves the files of the identity aside, so that a new one can be created; deletes nothing.
 *
 * @param suffix appended to the file names, such as a timestamp
 * @returns the new paths of the files that existed
 * @throws {CodememError} `io_failed` if a file of that name exists already
 */
export function setAsideDeviceKey(keysDir: string, suffix: string): string[] {
  return [privatePath(keysDir), publicPath(keysDir)]
    .map((path) => moveAside(path, `${path}.${suffix}`))
    .filter((path) => path !== undefined);
}

function privatePath(keysDir: string): string {
  return join(keysDir, "device.key");
}
