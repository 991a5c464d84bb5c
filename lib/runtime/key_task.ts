/** What was begun with the key and broken off, as by a crash: it is finished, or undone. */
import type { KeyObject } from "node:crypto";
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import { writePublicFile } from "../identity/device_key.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import type { KeyTask } from "../model/key_place.ts";
import { type IdentityPlace, keyStoreNamed } from "./identity_place.ts";
import { commentOf, isOfKeychain } from "./make_key.ts";

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
}

/** Settles what is under way, for who is about to begin something. @throws keychain_locked */
export async function requireNoKeyTask(place: IdentityPlace): Promise<void> {
  await settleKeyTask(place);
  if (place.store.device.record().keyTask === null) return;
  throw new CodememError(
    "keychain_locked",
    "A copy of the key is left in a keychain that is shut",
    {
      hint: "Unlock the keychain, so that the copy can be removed, and try again",
    },
  );
}

/**
 * Removes the copy that the record does not name. Where that cannot be done now, the key can be used all
 * the same, and it is tried again the next time.
 */
async function settleMove(
  place: IdentityPlace,
  { from, to, keep }: Extract<KeyTask, { kind: "move" }>,
): Promise<void> {
  const { device } = place.store;
  const isMoved = device.record().keyStore === to;
  try {
    if (!isMoved) await keyStoreNamed(place, to).remove("current");
    else if (!keep) await keyStoreNamed(place, from).remove("current");
    await place.store.whenFree(() => device.setKeyTask(null));
  } catch (error) {
    if (!isOfKeychain(error)) throw error;
  }
}

/** The record says which of two keys is this device's: the other one goes. */
async function settleRotation(place: IdentityPlace): Promise<void> {
  const { device } = place.store;
  const { publicKey, keyStore: name } = device.record();
  const keyStore = keyStoreNamed(place, name ?? "file");
  const isOurs = (key: KeyObject | undefined) =>
    key !== undefined && publicKeyLine(key) === publicKey;
  if (isOurs(await keyStore.read("current"))) {
    await keyStore.remove("next");
  } else {
    // With neither the key is lost, and what is there stays for whoever looks into it.
    if (!isOurs(await keyStore.read("next"))) return;
    await keyStore.promote();
  }
  writePublicFile(place.keysDir, publicKey!, commentOf(place));
  await place.store.whenFree(() => device.setKeyTask(null));
}
