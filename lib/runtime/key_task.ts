/** Finishing or undoing a change of the key that was interrupted, for example by a crash. */
import type { KeyObject } from "node:crypto";
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import { setAsideDeviceKey } from "../identity/device_key.ts";
import { fileKeyStore } from "../identity/file_key_store.ts";
import { writePublicFile } from "../identity/write_public_file.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import type { KeySlot, KeyStore } from "../identity/key_store.ts";
import type { KeyTask } from "../model/key_place.ts";
import { type IdentityPlace, keyStoreNamed } from "./identity_place.ts";
import { otherPlace } from "./key_copy.ts";
import { isKeychainError } from "./make_key.ts";

/**
 * Finishes or undoes the recorded key task, if no other process is working on it.
 *
 * @throws io_failed; what reading the keys can fail with, if the task depends on it
 */
export async function finishKeyTask(place: IdentityPlace): Promise<void> {
  if (place.store.device.record().keyTask === null) return;
  await withKeyLock(place.keysDir, () => settleKeyTask(place));
}

/** The same, while the caller holds the key lock. */
export async function settleKeyTask(place: IdentityPlace): Promise<void> {
  const { keyTask } = place.store.device.record();
  if (keyTask?.kind === "move") await settleMove(place, keyTask);
  if (keyTask?.kind === "rotate") await settleRotation(place);
  if (keyTask?.kind === "set_aside") await settleRenewal(place, keyTask);
}

/**
 * Settles the recorded key task before another one begins. The caller has loaded the key, which has tried to
 * finish a move already: a keychain that does not answer is not waited for again.
 *
 * @throws keychain_locked if a task cannot be finished
 */
export async function requireNoKeyTask(place: IdentityPlace): Promise<void> {
  if (place.store.device.record().keyTask?.kind !== "move") await settleKeyTask(place);
  if (place.store.device.record().keyTask === null) return;
  throw new CodememError(
    "keychain_locked",
    "A copy of the key is left in a keychain that is locked",
    {
      hint:
        "Unlock the keychain, so that the copy can be removed, and try again; where it is gone " +
        "for good, `codemem sync move-key file --keep` gives the copy up",
    },
  );
}

/**
 * Uses the key in the other key store if it is this device's: a record that was restored from a backup
 * names the store in which the key was at that time.
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
 * Removes the copy in the store that the record does not name, provided that the named store has the key:
 * a move in a record that was restored from a backup may be long over. If the copy cannot be removed now,
 * the key can be used all the same, and the next load of the key tries again.
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

/** Keeps the one of the two keys that the record names, and removes the other. */
async function settleRotation(place: IdentityPlace): Promise<void> {
  const { device } = place.store;
  const { publicKey, keyStore: name } = device.record();
  const keyStore = keyStoreNamed(place, name ?? "file");
  if (await holdsOwn(place, keyStore, "current")) {
    await keyStore.remove("next");
  } else {
    // With neither, the key is lost; whatever is there stays, for people to examine.
    if (!await holdsOwn(place, keyStore, "next")) return;
    await keyStore.promote();
  }
  writePublicFile(place.keysDir, publicKey!, device.id());
  await place.store.whenFree(() => device.setKeyTask(null));
}

/** The device has a new identity: moves the key files of the old one aside before a new key is created. */
async function settleRenewal(
  { store, keysDir }: IdentityPlace,
  { suffix }: Extract<KeyTask, { kind: "set_aside" }>,
): Promise<void> {
  setAsideDeviceKey(keysDir, suffix);
  await fileKeyStore(keysDir).remove("next");
  await store.whenFree(() => store.device.setKeyTask(null));
}

/** Whether the device's own key is in a slot. A half-written file counts as absent: the key is in the other. */
async function holdsOwn(place: IdentityPlace, keyStore: KeyStore, slot: KeySlot): Promise<boolean> {
  try {
    return isOwn(place, await keyStore.read(slot));
  } catch (error) {
    if (error instanceof CodememError && error.code === "key_damaged") return false;
    throw error;
  }
}

/** Whether a key is the one in the device's record. */
function isOwn({ store }: IdentityPlace, key: KeyObject | undefined): boolean {
  return key !== undefined && publicKeyLine(key) === store.device.record().publicKey;
}
