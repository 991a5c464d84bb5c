/** A copy of this device's key in the other key store: kept on purpose, or left over. */
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import type { KeyStore } from "../identity/key_store.ts";
import type { KeyStoreName } from "../model/key_place.ts";
import { type IdentityPlace, keyStoreNamed } from "./identity_place.ts";

/** A copy that was found. */
export interface KeyCopy {
  readonly keyStore: KeyStore;
  readonly publicKey: string;
  /** Whether it is a copy of the present key, and not of an earlier one. */
  readonly isCurrent: boolean;
}

/** The key store that the key is not in. */
export function otherPlace(name: KeyStoreName | null): KeyStoreName {
  return name === "keychain" ? "file" : "keychain";
}

/**
 * Looks for a copy in the other key store.
 *
 * @returns null if there is none, `undefined` if that cannot be told: a keychain may be out of reach
 */
export async function findKeyCopy(place: IdentityPlace): Promise<KeyCopy | null | undefined> {
  const { publicKey, keyStore: name } = place.store.device.record();
  const other = otherPlace(name);
  if (other === "keychain" && place.keychain?.ruledOut !== undefined) return undefined;
  try {
    const keyStore = keyStoreNamed(place, other);
    const key = await keyStore.read("current");
    const line = key === undefined ? null : publicKeyLine(key);
    return line !== null && isOrWasOwn(place, line)
      ? { keyStore, publicKey: line, isCurrent: line === publicKey }
      : null;
  } catch (error) {
    if (error instanceof CodememError) return undefined;
    throw error;
  }
}

/** Whether a key is this device's, or was before a rotation. */
export function isOrWasOwn({ store }: IdentityPlace, publicKey: string): boolean {
  return publicKey === store.device.record().publicKey ||
    store.rotations.own().some(({ oldPublicKey }) => oldPublicKey === publicKey);
}

/** As {@link findKeyCopy}, and noted for those who ask no keychain. */
export async function noteKeyCopy(place: IdentityPlace): Promise<KeyCopy | null | undefined> {
  const { store } = place;
  const found = await findKeyCopy(place);
  const publicKey = found?.publicKey ?? null;
  if (found !== undefined && publicKey !== store.device.record().keyCopy) {
    await store.whenFree(() => store.device.setKeyCopy(publicKey));
  }
  return found;
}
