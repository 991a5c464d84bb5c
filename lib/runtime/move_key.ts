/** Moving the private key from one place to another. */
import { type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { parsePublicKeyLine, publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError, reworded } from "../errors.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import type { KeyStore } from "../identity/key_store.ts";
import type { KeyStoreName, KeyTask } from "../model/key_place.ts";
import { loadHeldIdentity, loadIdentity } from "./identity.ts";
import { type IdentityPlace, keyStoreNamed, SHARED_KEYCHAIN } from "./identity_place.ts";
import { isOrWasOwn, noteKeyCopy, otherPlace } from "./key_copy.ts";
import { isKeychainError } from "./make_key.ts";
import { requireNoKeyTask, settleKeyTask } from "./key_task.ts";

/** The result of a move. */
export interface MovedKey {
  readonly from: KeyStoreName;
  readonly to: KeyStoreName;
  /** Where it is now, for people. */
  readonly place: string;
  /** Where a copy is left, wanted or not; null where none is. */
  readonly leftOver: string | null;
  /** Where a copy was that is gone now, although the key itself has not moved; null where none was. */
  readonly removed: string | null;
}

/**
 * Moves the key. The copy at the old place goes only when the new one has been read back, has signed, and
 * is the one that is noted: whenever it breaks off, the device has its key. Where the key is there already,
 * what is left to do is to remove a copy from the other place.
 *
 * @param options `keep` leaves the copy at the other place
 * @throws what loading the identity can fail with; keychain_locked, keychain_unavailable,
 * keychain_timed_out, io_failed where the new place does not take it. All is as before then
 */
export async function moveKey(
  place: IdentityPlace,
  to: KeyStoreName,
  { keep }: { readonly keep: boolean },
): Promise<MovedKey> {
  // A device without a key has nothing to be locked.
  await loadIdentity(place);
  return await withKeyLock(place.keysDir, async () => {
    const from = place.store.device.record().keyStore ?? "file";
    return from === to ? await stay(place, to, keep) : await move(place, { from, to, keep });
  });
}

/**
 * Requires that both places of a key can be used now, and the new one for this device, before anything is begun
 * or ended for it: what would have to be undone in a keychain that does not answer would be waited for once more.
 *
 * @throws keychain_locked, keychain_unavailable, keychain_timed_out; key_damaged if the new place holds a
 * later key of this device
 */
export async function requireMovable(place: IdentityPlace, to: KeyStoreName): Promise<void> {
  const from = place.store.device.record().keyStore ?? "file";
  if (from !== to) await readIfWhole(keyStoreNamed(place, from));
  await requireFree(place, keyStoreNamed(place, to));
}

async function move(
  place: IdentityPlace,
  way: Omit<Extract<KeyTask, { kind: "move" }>, "kind">,
): Promise<MovedKey> {
  const { from, to, keep } = way;
  const { device } = place.store;
  await requireNoKeyTask(place);
  const { privateKey, publicKey } = await loadHeldIdentity(place);
  const target = keyStoreNamed(place, to);
  const source = keyStoreNamed(place, from);
  await whereMoved(() => requireFree(place, target));
  await place.store.whenFree(() => device.setKeyTask({ kind: "move", ...way }));
  try {
    await whereMoved(() => copy(privateKey, publicKey, target));
  } catch (error) {
    // It would be waited for once more: whoever loads the key next removes what may be there.
    if (!isTimeOut(error)) await settleKeyTask(place);
    throw error;
  }
  await place.store.whenFree(() => device.setKeyStore(to));
  await settleKeyTask(place);
  const isLeft = keep || device.record().keyTask !== null;
  return { from, to, place: target.place, leftOver: isLeft ? source.place : null, removed: null };
}

/** An entry of a keychain belongs to all copies of a device that were made by copying its folder. */
async function requireFree(place: IdentityPlace, target: KeyStore): Promise<void> {
  const there = await readIfWhole(target);
  if (there === undefined || target.name !== "keychain") return;
  if (isOrWasOwn(place, publicKeyLine(there))) return;
  throw new CodememError(
    "key_damaged",
    `Cannot move the key: ${target.place} holds a later key of this device`,
    { hint: `The key is where it was. ${SHARED_KEYCHAIN}` },
  );
}

/** The command alone moves the key: unlike reading it, no `serve` tries that again. */
async function whereMoved(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const isShut = isTimeOut(error) ||
      (error instanceof CodememError && error.code === "keychain_locked");
    throw isShut ? reworded(error, error.message, UNLOCK_AND_REPEAT) : error;
  }
}

const UNLOCK_AND_REPEAT =
  "Unlock it, for example by logging in at the screen, and run this again; the key is where it was";

function isTimeOut(error: unknown): error is CodememError {
  return error instanceof CodememError && error.code === "keychain_timed_out";
}

async function stay(
  place: IdentityPlace,
  name: KeyStoreName,
  keep: boolean,
): Promise<MovedKey> {
  const { store } = place;
  const here = { from: name, to: name, place: keyStoreNamed(place, name).place };
  if (store.device.record().keyTask?.kind === "move") {
    // Loading the key has tried to remove the copy: what does not answer may be gone for good.
    if (keep) await store.whenFree(() => store.device.setKeyTask(null));
    return { ...here, leftOver: `the ${otherPlace(name)}`, removed: null };
  }
  await settleKeyTask(place);
  const found = await noteKeyCopy(place);
  if (found === undefined) await leaveUnreachable(place, keep);
  if (!found) return { ...here, leftOver: null, removed: null };
  const { place: at } = found.keyStore;
  if (keep) return { ...here, leftOver: at, removed: null };
  await found.keyStore.remove("current");
  await store.whenFree(() => store.device.setKeyCopy(null));
  return { ...here, leftOver: null, removed: at };
}

/** A copy that is known of, where it is out of reach: to be let be, it is forgotten. */
async function leaveUnreachable({ store }: IdentityPlace, keep: boolean): Promise<void> {
  const { keyCopy, keyStore } = store.device.record();
  if (keyCopy === null) return;
  if (keep) return await store.whenFree(() => store.device.setKeyCopy(null));
  throw new CodememError("keychain_unavailable", "The place of the copy is out of reach", {
    hint: `Run it where the ${otherPlace(keyStore)} answers; where that is gone for good, ` +
      `\`codemem sync move-key ${keyStore} --keep\` gives the copy up`,
  });
}

/** A copy that is damaged makes room. */
async function readIfWhole(keyStore: KeyStore): Promise<KeyObject | undefined> {
  try {
    return await keyStore.read("current");
  } catch (error) {
    if (isKeychainError(error)) throw error;
    return undefined;
  }
}

/** A copy that can be read back and signs as this device is as good as the first. */
async function copy(privateKey: KeyObject, publicKey: string, target: KeyStore): Promise<void> {
  await target.write("current", privateKey);
  const kept = await target.read("current");
  const text = randomBytes(32);
  const isWhole = kept !== undefined &&
    verify(null, text, parsePublicKeyLine(publicKey)!, sign(null, text, kept));
  if (isWhole) return;
  throw new CodememError("key_damaged", `Cannot move the key: ${target.place} has not stored it`, {
    hint: "The key is where it was",
  });
}
