/** Where a device keeps its private key. */
import type { KeyObject } from "node:crypto";
import type { KeyStoreName } from "../model/key_place.ts";

/** `current` is the device's key; `next` is its successor while a rotation is under way. */
export type KeySlot = "current" | "next";

/** One place for the key of one device. */
export interface KeyStore {
  readonly name: KeyStoreName;
  /** Where the key is, in words for people. */
  readonly place: string;
  /**
   * Reads a key.
   *
   * @returns `undefined` if there is none
   * @throws key_damaged, key_exposed; keychain_locked, keychain_unavailable, keychain_timed_out
   */
  read(slot: KeySlot): Promise<KeyObject | undefined>;
  /**
   * Writes a key, durably, replacing whatever is there.
   *
   * @throws io_failed; keychain_locked, keychain_unavailable, keychain_timed_out
   */
  write(slot: KeySlot, key: KeyObject): Promise<void>;
  /** Removes a key, which may be missing. @throws as {@link KeyStore.write} */
  remove(slot: KeySlot): Promise<void>;
  /**
   * Makes the next key the current one. If that is interrupted, one of the two is still whole, and
   * repeating it finishes it.
   *
   * @throws as {@link KeyStore.write}
   */
  promote(): Promise<void>;
}
