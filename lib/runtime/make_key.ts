/** Creating the key of a device that has none, in the key store that the settings ask for. */
import { CodememError } from "../errors.ts";
import {
  createDeviceKey,
  type DeviceKey,
  deviceKeyOf,
  generateDeviceKey,
} from "../identity/device_key.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import { checkPublicFile } from "../identity/write_public_file.ts";
import type { KeyStoreName } from "../model/key_place.ts";
import { type IdentityPlace, keyStoreNamed, withWayOut } from "./identity_place.ts";
import { requireOwnFolder } from "./lost_database.ts";

/** A key, and where it was stored. */
export interface MadeKey {
  readonly key: DeviceKey;
  readonly keyStore: KeyStoreName;
  /** Why it is in a file although `auto` prefers the keychain; null if there is nothing to explain. */
  readonly keyStoreNote: string | null;
}

/**
 * Creates a key, or uses one that an interrupted process has created but not recorded. `auto` uses the
 * keychain if it answers, and otherwise a file; `keychain` never falls back to a file.
 *
 * @throws keychain_locked, keychain_unavailable, keychain_timed_out if `sync_key_store` is `keychain`; then
 * nothing is created. key_damaged, also if the key in the folder is another device's; key_exposed, io_failed
 */
export async function makeKey(place: IdentityPlace): Promise<MadeKey> {
  const { keysDir, keychain, settings: { syncKeyStore } } = place;
  requireOwnFolder(place);
  if (await fileKeyStore(keysDir).read("current") !== undefined) return makeInFile(place, null);
  if (syncKeyStore === "keychain") return await whereAsked(() => makeInKeychain(place));
  if (syncKeyStore === "file" || keychain === undefined) return makeInFile(place, null);
  if (keychain.ruledOut !== undefined) return makeInFile(place, keychain.ruledOut);
  try {
    return await makeInKeychain(place);
  } catch (error) {
    if (!isKeychainError(error)) throw error;
    return makeInFile(place, withinSentence(error.message));
  }
}

/**
 * Requires that a key can be created where the settings ask for it, before the present one is given up.
 *
 * @throws keychain_locked, keychain_unavailable, keychain_timed_out
 */
export async function requirePlaceForKey(place: IdentityPlace): Promise<void> {
  if (place.settings.syncKeyStore !== "keychain") return;
  await whereAsked(async () => void await keyStoreNamed(place, "keychain").read("current"));
}

/** Whether an error is a failure of the keychain, which may answer another time. */
export function isKeychainError(error: unknown): error is CodememError {
  return error instanceof CodememError &&
    ["keychain_locked", "keychain_unavailable", "keychain_timed_out"].includes(error.code);
}

/** The note is read as the end of a sentence. */
function withinSentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function makeInFile(place: IdentityPlace, keyStoreNote: string | null): MadeKey {
  const key = createDeviceKey(place.keysDir, place.store.deviceId);
  return { key, keyStore: "file", keyStoreNote };
}

/** If `sync_key_store` is `keychain`, the hint says how to do without one. */
async function whereAsked<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw withWayOut(error, "keep the key in a file: `codemem config set sync_key_store file`");
  }
}

async function makeInKeychain(place: IdentityPlace): Promise<MadeKey> {
  const keychain = keyStoreNamed(place, "keychain");
  const known = await keychain.read("current");
  const key = known === undefined ? generateDeviceKey() : deviceKeyOf(known);
  if (known === undefined) await keychain.write("current", key.privateKey);
  checkPublicFile(place.keysDir, key.publicKey, place.store.deviceId);
  return { key, keyStore: "keychain", keyStoreNote: null };
}
