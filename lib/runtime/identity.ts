/** This device's identity: its record in the store and its key on disk, which must belong together. */
import { issueCertificate } from "../auth/certificate.ts";
import type { Settings } from "../config/schema.ts";
import { CodememError } from "../errors.ts";
import {
  createDeviceKey,
  type DeviceKey,
  loadDeviceKey,
  type LoadOptions,
  setAsideDeviceKey,
} from "../identity/device_key.ts";
import { isSyncDeviceId } from "../model/device.ts";
import type { Store } from "../store/store.ts";
import type { LocalDevice } from "../sync/context.ts";

/** A device that can prove who it is, to callers and to the called. */
export interface Identity extends LocalDevice {
  /** Of the listener, PEM. */
  readonly certificatePem: string;
}

/** Where an identity is kept, and what the device is called. */
export interface IdentityPlace {
  readonly store: Store;
  /** The folder of the key files. */
  readonly keysDir: string;
  readonly settings: Pick<Settings, "deviceName">;
}

/**
 * Loads the identity that was made earlier.
 *
 * @throws sync_disabled where there never was one; key_missing, key_damaged, key_exposed
 */
export async function loadIdentity(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<Identity> {
  if (place.store.device.record().fingerprint === null) {
    throw new CodememError("sync_disabled", "Sync has never been enabled on this device", {
      hint: "Run `codemem sync enable`",
    });
  }
  return await bind(place, loadDeviceKey(place.keysDir, options));
}

/**
 * Loads the identity, and makes it where there never was one. Where there was one and its key is gone,
 * nothing is made: every peer would have to be told.
 *
 * @throws key_missing, key_damaged, key_exposed
 */
export async function ensureIdentity(place: IdentityPlace): Promise<Identity> {
  const { store, keysDir } = place;
  const record = store.device.record();
  if (record.fingerprint !== null) return await loadIdentity(place);
  return await bind(place, createDeviceKey(keysDir, { comment: `codemem ${record.deviceId}` }));
}

/**
 * Makes this device another one: new id, new key. Its memories stay; every peer has to be paired again.
 *
 * @param suffix for the old key files, which are moved aside
 */
export async function renewIdentity(place: IdentityPlace, suffix: string): Promise<Identity> {
  setAsideDeviceKey(place.keysDir, suffix);
  place.store.renewDevice();
  return await ensureIdentity(place);
}

async function bind({ store, settings }: IdentityPlace, key: DeviceKey): Promise<Identity> {
  const record = store.device.record();
  if (record.fingerprint !== null && record.fingerprint !== key.fingerprint) {
    throw new CodememError(
      "key_damaged",
      `The key on disk (${key.fingerprint}) is not this device's key (${record.fingerprint})`,
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
    store.device.setKey({ publicKey, fingerprint, certificate: certificatePem });
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
