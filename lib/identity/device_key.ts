/**
 * The device's identity key on disk: `device.key` (PKCS#8 PEM, 0600) and `device.key.pub` beside it. The
 * public file is there wherever the private key is kept.
 *
 * A key that is there but cannot be trusted stops everything: a new identity is only ever made where
 * there was none, because every peer would have to be paired again.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { fingerprintOf, publicKeyLine } from "../auth/fingerprint.ts";
import {
  createFileOnce,
  makePrivateFolder,
  moveAside,
  readSmallFile,
  replaceFile,
} from "./key_files.ts";
import { encodePem, keyDamaged, keyMissing, readPrivateKeyFile } from "./private_key_file.ts";

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
 * @param options `comment` is written behind the public key, for people
 * @throws {CodememError} as {@link loadDeviceKey}; `io_failed` where the folder cannot be written
 */
export function createDeviceKey(keysDir: string, options: { readonly comment: string }): DeviceKey {
  makePrivateFolder(keysDir);
  createFileOnce(privatePath(keysDir), encodePem(generateDeviceKey().privateKey));
  return load(keysDir, options);
}

/** Options of {@link loadDeviceKey}. */
export interface LoadOptions {
  /** Whether what is missing or half done is put right; it is, unless told otherwise. */
  readonly repair?: boolean;
}

/**
 * Loads the identity. A missing public file is written again.
 *
 * @throws {CodememError} `key_missing`; `key_damaged` where the files hold no Ed25519 key or do not
 * belong together; `key_exposed` where others can read the private key
 */
export function loadDeviceKey(keysDir: string, { repair = true }: LoadOptions = {}): DeviceKey {
  return load(keysDir, repair ? { comment: "" } : undefined);
}

/**
 * Requires that the public file, where there is one, belongs to the key.
 *
 * @param missing what to make of a missing one; it stays missing where that is not given
 * @throws {CodememError} `key_damaged`, `io_failed`
 */
export function checkPublicFile(
  keysDir: string,
  publicKey: string,
  missing: { readonly comment: string } | undefined,
): void {
  const path = publicPath(keysDir);
  const file = readSmallFile(path);
  if (file === undefined) {
    if (missing !== undefined) writePublicFile(keysDir, publicKey, missing.comment);
    return;
  }
  const line = file.text.trim().split(/\s+/).slice(0, 2).join(" ");
  if (line !== publicKey) throw keyDamaged(`${path} belongs to another key`);
}

/** Writes the public file, in place of the one that is there. @throws {CodememError} `io_failed` */
export function writePublicFile(keysDir: string, publicKey: string, comment: string): void {
  makePrivateFolder(keysDir);
  replaceFile(publicPath(keysDir), `${[publicKey, comment].filter(Boolean).join(" ")}\n`);
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

/** Takes back what {@link setAsideDeviceKey} has done. @throws as that */
export function putBackDeviceKey(keysDir: string, suffix: string): void {
  for (const path of [privatePath(keysDir), publicPath(keysDir)]) {
    moveAside(`${path}.${suffix}`, path);
  }
}

function privatePath(keysDir: string): string {
  return join(keysDir, "device.key");
}

function publicPath(keysDir: string): string {
  return join(keysDir, "device.key.pub");
}

function load(keysDir: string, missing: { readonly comment: string } | undefined): DeviceKey {
  const path = privatePath(keysDir);
  const privateKey = readPrivateKeyFile(path);
  if (privateKey === undefined) throw keyMissing(`${path} is missing`);
  const key = deviceKeyOf(privateKey);
  checkPublicFile(keysDir, key.publicKey, missing);
  return key;
}
