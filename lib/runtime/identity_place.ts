/** Where a device's identity is stored: its record in the store, and its private key. */
import type { Settings } from "../config/schema.ts";
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError, reworded } from "../errors.ts";
import { type DeviceKey, deviceKeyOf, loadDeviceKey } from "../identity/device_key.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import type { KeyStore } from "../identity/key_store.ts";
import type { Keychain } from "../identity/keychain.ts";
import type { KeyStoreName } from "../model/key_place.ts";
import type { Store } from "../store/store.ts";

/** Where an identity is stored, and the settings that concern it. */
export interface IdentityPlace {
  readonly store: Store;
  /** The folder of the key files. */
  readonly keysDir: string;
  readonly settings: Pick<Settings, "deviceName" | "syncKeyStore">;
  /** The keychain of the system; without it, only files can be used. */
  readonly keychain?: Keychain | undefined;
}

/**
 * The key store with this name.
 *
 * @throws keychain_unavailable if this system has no keychain
 */
export function keyStoreNamed(place: IdentityPlace, name: KeyStoreName): KeyStore {
  if (name === "file") return fileKeyStore(place.keysDir);
  const { deviceId } = place.store.device.record();
  if (place.keychain !== undefined) return place.keychain.open(deviceId);
  throw new CodememError("keychain_unavailable", "There is no keychain here that codemem can use", {
    hint: "Run it where the system has one",
  });
}

/** How a key is read. */
export interface LoadOptions {
  /** Whether to finish interrupted key tasks and write missing public files; true unless told otherwise. */
  readonly repair?: boolean;
}

/** The hint if the keychain has a key that is not this device's: copies of a folder share one entry. */
export const SHARED_KEYCHAIN =
  "If another copy of this device's folder has rotated the key, one of the two has to become another device: " +
  "run `codemem sync identity new --yes` here, and pair it again";

/** Adds to the hint of `keychain_unavailable` what to do if the keychain stays unavailable. */
export function withWayOut(error: unknown, wayOut: string): unknown {
  const isOutOfReach = error instanceof CodememError &&
    (error.code === "keychain_unavailable" || error.code === "keychain_timed_out");
  return isOutOfReach ? reworded(error, error.message, `${error.hint}; or ${wayOut}`) : error;
}

/**
 * Reads the key from where the record says it is.
 *
 * @throws key_missing, key_damaged, key_exposed; keychain_locked, keychain_unavailable,
 * keychain_timed_out
 */
export async function readDeviceKey(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<DeviceKey> {
  try {
    return await readWhereItIs(place, options);
  } catch (error) {
    throw withWayOut(
      error,
      "run `codemem sync move-key file` once where the keychain with the key answers",
    );
  }
}

async function readWhereItIs(
  place: IdentityPlace,
  { repair = true }: LoadOptions,
): Promise<DeviceKey> {
  const { deviceId, keyStore, keyTask } = place.store.device.record();
  if (keyTask?.kind === "rotate") {
    const rotated = await readRotated(place, keyStoreNamed(place, keyStore ?? "file"));
    if (rotated !== undefined) return rotated;
  }
  if (keyStore !== "keychain") return loadDeviceKey(place.keysDir, repair ? deviceId : undefined);
  const keychain = keyStoreNamed(place, "keychain");
  const key = await keychain.read("current");
  if (key !== undefined) return deviceKeyOf(key);
  throw new CodememError(
    "key_missing",
    `Cannot read the device key: ${keychain.place} does not hold it`,
    {
      hint:
        "Log in as the user whose keychain has it; if another copy of this device's folder has " +
        "moved it out, run `codemem sync move-key keychain` there; or make a new identity with " +
        "`codemem sync identity new --yes`, after which every device must be paired again",
    },
  );
}

/** During a rotation, the one of both keys that is recorded: it may not have been promoted yet. */
async function readRotated(
  { store }: IdentityPlace,
  keyStore: KeyStore,
): Promise<DeviceKey | undefined> {
  const { publicKey } = store.device.record();
  for (const slot of ["next", "current"] as const) {
    const key = await keyStore.read(slot);
    if (key !== undefined && publicKeyLine(key) === publicKey) return deviceKeyOf(key);
  }
  return undefined;
}

/** Whether a keychain is used, or may be when the key is created: that takes permission to run programs. */
export function usesKeychain({ store, settings, keychain }: IdentityPlace): boolean {
  const { fingerprint, keyStore, keyTask } = store.device.record();
  if (keyTask?.kind === "move" || keyStore === "keychain") return true;
  if (fingerprint !== null || keychain === undefined) return false;
  const { syncKeyStore } = settings;
  return syncKeyStore === "keychain" ||
    (syncKeyStore === "auto" && keychain.ruledOut === undefined);
}
