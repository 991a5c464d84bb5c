/** This device's identity: its record in the store and its private key, which must belong together. */
import { issueCertificate } from "../auth/certificate.ts";
import { CodememError } from "../errors.ts";
import {
  type DeviceKey,
  type LoadOptions,
  putBackDeviceKey,
  setAsideDeviceKey,
} from "../identity/device_key.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import { isSyncDeviceId } from "../model/device.ts";
import type { LocalDevice } from "../sync/context.ts";
import { type IdentityPlace, readDeviceKey } from "./identity_place.ts";
import { finishKeyTask, takeUpElsewhere } from "./key_task.ts";
import { type MadeKey, makeKey } from "./make_key.ts";

export type { IdentityPlace } from "./identity_place.ts";

/** A device that can prove who it is, to callers and to the called. */
export interface Identity extends LocalDevice {
  /** Of the listener, PEM. */
  readonly certificatePem: string;
}

/**
 * Loads the identity that was made earlier.
 *
 * @throws sync_disabled where there never was one; key_missing, key_damaged, key_exposed;
 * keychain_locked, keychain_unavailable, keychain_timed_out
 */
export async function loadIdentity(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<Identity> {
  const { fingerprint } = place.store.device.record();
  if (fingerprint === null) {
    throw new CodememError("sync_disabled", "Sync has never been enabled on this device", {
      hint: "Run `codemem sync enable`",
    });
  }
  try {
    return await loadOnce(place, options);
  } catch (error) {
    const code = error instanceof CodememError ? error.code : undefined;
    if (code !== "key_missing" && code !== "key_damaged") throw error;
    if (code === "key_missing" && options.repair !== false) await takeUpElsewhere(place);
    // Another process may have moved or replaced the key between two looks at it.
    return await loadOnce(place, options);
  }
}

/**
 * Loads the identity, and makes it where there never was one. Where there was one and its key is gone,
 * nothing is made: every peer would have to be told.
 *
 * @throws as {@link loadIdentity}
 */
export async function ensureIdentity(place: IdentityPlace): Promise<Identity> {
  const { device } = place.store;
  if (device.record().fingerprint === null) {
    await withKeyLock(place.keysDir, async () => {
      // Another process may have been faster.
      if (device.record().fingerprint !== null) return;
      const made = await makeKey(place);
      await bind(place, made.key, made);
    });
  }
  return await loadIdentity(place);
}

/**
 * Makes this device another one: new id, new key. Its memories stay; every peer has to be paired again.
 *
 * @param suffix for the old key files, which are moved aside; a keychain has them under the old id
 * @throws what the store and the file system throw; the identity is the old one then, unless no new key could
 * be made
 */
export async function renewIdentity(place: IdentityPlace, suffix: string): Promise<Identity> {
  await withKeyLock(place.keysDir, async () => {
    setAsideDeviceKey(place.keysDir, suffix);
    try {
      place.store.renewDevice();
    } catch (error) {
      // It is the device that it was, and is to have its key.
      putBackDeviceKey(place.keysDir, suffix);
      throw error;
    }
    await fileKeyStore(place.keysDir).remove("next");
  });
  return await ensureIdentity(place);
}

/** Loads the identity for who holds the lock of the key. @throws as {@link loadIdentity} */
export async function loadHeldIdentity(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<Identity> {
  return await bind(place, await readDeviceKey(place, options));
}

async function loadOnce(place: IdentityPlace, options: LoadOptions): Promise<Identity> {
  if (options.repair !== false) await finishKeyTask(place);
  return await loadHeldIdentity(place, options);
}

/** @param made where the key is that has only just been made */
async function bind(
  { store, settings }: IdentityPlace,
  key: DeviceKey,
  made?: MadeKey,
): Promise<Identity> {
  const record = store.device.record();
  if (record.fingerprint !== null && record.fingerprint !== key.fingerprint) {
    throw new CodememError(
      "key_damaged",
      `The key that is kept (${key.fingerprint}) is not this device's key (${record.fingerprint})`,
      {
        hint: "Restore device.key from a backup, or make a new identity with " +
          "`codemem sync identity new`, after which every device must be paired again",
      },
    );
  }
  const { deviceId } = record;
  if (!isSyncDeviceId(deviceId)) {
    throw new CodememError(
      "database_corrupt",
      `The device id "${deviceId}" cannot take part in sync`,
    );
  }
  const { privateKey, publicKey, fingerprint } = key;
  const certificatePem = record.certificate ?? await issueCertificate({ deviceId, privateKey });
  if (record.certificate === null) {
    const { keyStore, keyStoreNote } = made ?? record;
    store.device.setKey({
      ...{ publicKey, fingerprint, certificate: certificatePem },
      keyStore: keyStore ?? "file",
      keyStoreNote,
    });
  }
  return {
    deviceId,
    name: settings.deviceName,
    privateKey,
    publicKey,
    fingerprint,
    certificatePem,
  };
}
