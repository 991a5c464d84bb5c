/** This device's identity: its record in the store and its private key, which must belong together. */
import { issueCertificate } from "../auth/certificate.ts";
import { CodememError, reworded } from "../errors.ts";
import type { DeviceKey } from "../identity/device_key.ts";
import { keyDamaged } from "../identity/key_refusals.ts";
import { reserveRoom } from "../identity/key_files.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import { isSyncDeviceId } from "../model/device.ts";
import type { DeviceRecord } from "../store/device.ts";
import type { Store } from "../store/store.ts";
import type { LocalDevice } from "../sync/context.ts";
import {
  type IdentityPlace,
  type LoadOptions,
  readDeviceKey,
  SHARED_KEYCHAIN,
} from "./identity_place.ts";
import { adoptKeyFromOtherStore, finishKeyTask, settleKeyTask } from "./key_task.ts";
import { type MadeKey, makeKey, requirePlaceForKey } from "./make_key.ts";
import { requireOwnFolder } from "./lost_database.ts";

export type { IdentityPlace } from "./identity_place.ts";

/** A device that can prove its identity, both as caller and as callee. */
export interface Identity extends LocalDevice {
  /** The certificate of the listener, PEM. */
  readonly certificatePem: string;
}

/** Requires that this device has a key. @throws sync_disabled */
export function requireKey({ device }: Store): void {
  if (device.record().fingerprint !== null) return;
  throw new CodememError("sync_disabled", "This device has no key yet", {
    hint: "Run `codemem sync enable`, which makes one",
  });
}

/**
 * Loads the identity that was created earlier.
 *
 * @throws sync_disabled if there never was one; key_missing, key_damaged, key_exposed;
 * keychain_locked, keychain_unavailable, keychain_timed_out
 */
export async function loadIdentity(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<Identity> {
  if (place.store.device.record().fingerprint === null) requireOwnFolder(place);
  requireKey(place.store);
  try {
    return await loadOnce(place, options);
  } catch (error) {
    const code = error instanceof CodememError ? error.code : undefined;
    if (code !== "key_missing" && code !== "key_damaged") throw error;
    if (options.repair !== false) {
      await awaitRenewal(place);
      if (code === "key_missing") await adoptKeyFromOtherStore(place);
    }
    // Another process may have moved or replaced the key between two looks at it.
    return await loadOnce(place, options);
  }
}

/**
 * Loads the identity, and creates it if there never was one. If there was one and its key is gone, none
 * is created: every peer would have to be paired again.
 *
 * @throws as {@link loadIdentity}
 */
export async function ensureIdentity(place: IdentityPlace): Promise<Identity> {
  const { device } = place.store;
  if (device.record().fingerprint === null) {
    await withKeyLock(place.keysDir, async () => {
      // Another process may have been faster.
      if (device.record().fingerprint === null) await makeIdentity(place);
    });
  }
  return await loadIdentity(place);
}

/** The same for who holds the lock of the key. */
async function makeIdentity(place: IdentityPlace): Promise<void> {
  await settleKeyTask(place);
  const made = await makeKey(place);
  await bind(place, made.key, made);
}

/**
 * Gives this device a new id and a new key. Its memories stay; every peer has to be paired again. If it is
 * interrupted, the device has either the old identity with its key, or the new one.
 *
 * @param suffix for the old key files, which are moved aside; a keychain keeps the old key under the old id
 * @param onGivingUp called right before the old identity is given up: what throws later leaves a new id without a key
 * @throws keychain_locked, keychain_unavailable, keychain_timed_out if `sync_key_store` is `keychain`;
 * what the store and the file system throw. The old identity then stays
 */
export async function renewIdentity(
  place: IdentityPlace,
  suffix: string,
  onGivingUp: () => void = () => {},
): Promise<Identity> {
  const { store, keysDir } = place;
  await requirePlaceForKey(place);
  await withKeyLock(keysDir, async () => {
    await store.whenFree(() => {
      // Once the old identity is given up, a full disk would leave the device without any.
      using _room = reserveRoom(keysDir);
      store.transaction(() => {
        onGivingUp();
        store.renewDevice({ kind: "set_aside", suffix });
      });
    });
    // A device that runs takes up the key, and makes none of its own in between.
    await makeIdentity(place);
  });
  return await loadIdentity(place);
}

/** Loads the identity while the caller holds the key lock. @throws as {@link loadIdentity} */
export async function loadHeldIdentity(
  place: IdentityPlace,
  options: LoadOptions = {},
): Promise<Identity> {
  return await bind(place, await readDeviceKey(place, options));
}

/** Lets a process finish that has given this device a new id, and is about to give it a key. */
async function awaitRenewal({ store, keysDir }: IdentityPlace): Promise<void> {
  if (store.device.record().fingerprint !== null) return;
  await withKeyLock(keysDir, () => Promise.resolve());
  requireKey(store);
}

async function loadOnce(place: IdentityPlace, options: LoadOptions): Promise<Identity> {
  if (options.repair === false) return await loadHeldIdentity(place, options);
  // A copy still to be removed can wait: a keychain that does not answer must cost its timeout only once.
  const isMove = place.store.device.record().keyTask?.kind === "move";
  if (!isMove) await finishKeyTask(place);
  const identity = await loadHeldIdentity(place, options);
  if (isMove) await finishKeyTask(place);
  return identity;
}

/**
 * @param made where the key was stored, if it has just been created: the caller holds the key lock then.
 * Everybody else may have read a key that another process has replaced since, and binds none
 */
async function bind(
  { store, settings }: IdentityPlace,
  key: DeviceKey,
  made?: MadeKey,
): Promise<Identity> {
  const record = store.device.record();
  requireOwn(record, key, made);
  const { deviceId } = record;
  const { privateKey, publicKey, fingerprint } = key;
  const certificatePem = record.certificate ?? await issueCertificate({ deviceId, privateKey });
  if (record.certificate === null) {
    const { keyStore, keyStoreNote } = made ?? record;
    const noted = { publicKey, fingerprint, certificate: certificatePem, keyStoreNote };
    await store.whenFree(() =>
      store.transaction(() => {
        requireOwn(store.device.record(), key, made);
        store.device.setKey({ ...noted, keyStore: keyStore ?? "file" });
      })
    );
  }
  const { deviceName: name } = settings;
  return { deviceId, name, privateKey, publicKey, fingerprint, certificatePem };
}

function requireOwn(
  { deviceId, fingerprint, keyStore }: DeviceRecord,
  key: DeviceKey,
  made: MadeKey | undefined,
): void {
  if (fingerprint === null && made === undefined) {
    throw keyDamaged("this device has got a new identity meanwhile");
  }
  if (fingerprint !== null && fingerprint !== key.fingerprint) {
    const error = keyDamaged(
      `the one that is kept (${key.fingerprint}) is not this device's (${fingerprint})`,
    );
    const isShared = keyStore === "keychain";
    throw isShared ? reworded(error, error.message, SHARED_KEYCHAIN) : error;
  }
  if (isSyncDeviceId(deviceId)) return;
  throw new CodememError(
    "database_corrupt",
    `The device id "${deviceId}" cannot take part in sync`,
  );
}
