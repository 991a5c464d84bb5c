/** What was begun with the key and broken off, as by a crash: it is finished, or undone. */
import type { KeyObject } from "node:crypto";
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import { setAsideDeviceKey } from "../identity/device_key.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import { writePublicFile } from "../identity/public_file.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import type { KeySlot, KeyStore } from "../identity/key_store.ts";
import type { KeyTask } from "../model/key_place.ts";
import { type IdentityPlace, keyStoreNamed } from "./identity_place.ts";
import { otherPlace } from "./key_copy.ts";
import { isKeychainError } from "./make_key.ts";

/**
 * Finishes or undoes what is under way and no process is at any more.
 *
 * @throws io_failed; what reading the keys can fail with, where that has to be known first
 */
export async function finishKeyTask(place: IdentityPlace): Promise<void> {
  if (place.store.device.record().keyTask === null) return;
  await withKeyLock(place.keysDir, () => settleKeyTask(place));
}

/** The same for who holds the lock of the key. */
export async function settleKeyTask(place: IdentityPlace): Promise<void> {
  const { keyTask } = place.store.device.record();
  if (keyTask?.kind === "move") await settleMove(place, keyTask);
  if (keyTask?.kind === "rotate") await settleRotation(place);
  if (keyTask?.kind === "set_aside") await settleRenewal(place, keyTask);
}

/**
 * Settles what is under way, for who has loaded the key and is about to begin something: that has tried to
 * finish a move, and what does not answer is not waited for again.
 *
 * @throws keychain_locked
 */
export async function requireNoKeyTask(place: IdentityPlace): Promise<void> {
  if (place.store.device.record().keyTask?.kind !== "move") await settleKeyTask(place);
  if (place.store.device.record().keyTask === null) return;
  throw new CodememError(
    "keychain_locked",
    "A copy of the key is left in a keychain that is shut",
    {
      hint:
        "Unlock the keychain, so that the copy can be removed, and try again; where it is gone " +
        "for good, `codemem sync move-key file --keep` lets the copy be",
    },
  );
}

/**
 * Takes up the key at the place that the record does not name: a record that comes from a backup names the
 * one where the key was then.
 */
export async function adoptKeyFromOtherStore(place: IdentityPlace): Promise<void> {
  const { device } = place.store;
  const other = otherPlace(device.record().keyStore);
  try {
    if (isOwn(place, await keyStoreNamed(place, other).read("current"))) {
      await place.store.whenFree(() => device.setKeyStore(other));
    }
  } catch (error) {
    if (!isKeychainError(error)) throw error;
  }
}

/**
 * Removes the copy that the record does not name, where the one that it names is there: what a record from
 * a backup says of a move may be long over. Where that cannot be done now, the key can be used all the
 * same, and it is tried again the next time.
 */
async function settleMove(
  place: IdentityPlace,
  { from, to, keep }: Extract<KeyTask, { kind: "move" }>,
): Promise<void> {
  const { device } = place.store;
  const isMoved = device.record().keyStore === to;
  const [named, other] = isMoved ? [to, from] : [from, to];
  try {
    if (!isOwn(place, await keyStoreNamed(place, named).read("current"))) return;
    const isKept = isMoved && keep;
    if (!isKept) await keyStoreNamed(place, other).remove("current");
    const { publicKey } = device.record();
    await place.store.whenFree(() => device.setKeyCopy(isKept ? publicKey : null));
    await place.store.whenFree(() => device.setKeyTask(null));
  } catch (error) {
    if (!isKeychainError(error)) throw error;
  }
}

/** The record says which of two keys is this device's: the other one goes. */
async function settleRotation(place: IdentityPlace): Promise<void> {
  const { device } = place.store;
  const { publicKey, keyStore: name } = device.record();
  const keyStore = keyStoreNamed(place, name ?? "file");
  if (await holdsOwn(place, keyStore, "current")) {
    await keyStore.remove("next");
  } else {
    // With neither the key is lost, and what is there stays for whoever looks into it.
    if (!await holdsOwn(place, keyStore, "next")) return;
    await keyStore.promote();
  }
  writePublicFile(place.keysDir, publicKey!, device.id());
  await place.store.whenFree(() => device.setKeyTask(null));
}

/** The device is another one by now: no key is made for it where that of the former one lies. */
async function settleRenewal(
  { store, keysDir }: IdentityPlace,
  { suffix }: Extract<KeyTask, { kind: "set_aside" }>,
): Promise<void> {
  setAsideDeviceKey(keysDir, suffix);
  await fileKeyStore(keysDir).remove("next");
  await store.whenFree(() => store.device.setKeyTask(null));
}

/** Whether the device's key is there. What was written over it by half is not, and may stand beside it. */
async function holdsOwn(place: IdentityPlace, keyStore: KeyStore, slot: KeySlot): Promise<boolean> {
  try {
    return isOwn(place, await keyStore.read(slot));
  } catch (error) {
    if (error instanceof CodememError && error.code === "key_damaged") return false;
    throw error;
  }
}

/** Whether it is the key that the device is known by. */
function isOwn({ store }: IdentityPlace, key: KeyObject | undefined): boolean {
  return key !== undefined && publicKeyLine(key) === store.device.record().publicKey;
}
