/** Where a device keeps its private key. */
import type { KeyObject } from "node:crypto";
import type { KeyStoreName } from "../model/key_place.ts";

/** `current` is the device's key; `next` one that is to follow it, while that is under way. */
export type KeySlot = "current" | "next";

/** One place for the key of one device. What cannot be done is thrown by kind. */
export interface KeyStore {
  readonly name: KeyStoreName;
  /** Where that is, for people. */
  readonly place: string;
  /**
   * Reads a key.
   *
   * @returns `undefined` where there is none
   * @throws key_damaged, key_exposed; keychain_locked, keychain_unavailable, keychain_timed_out
   */
  read(slot: KeySlot): Promise<KeyObject | undefined>;
  /**
   * Writes a key in place of whatever is there, durably.
   *
   * @throws io_failed; keychain_locked, keychain_unavailable, keychain_timed_out
   */
  write(slot: KeySlot, key: KeyObject): Promise<void>;
  /** Removes a key; a missing one is no failure. @throws as {@link KeyStore.write} */
  remove(slot: KeySlot): Promise<void>;
  /**
   * Makes the next key the current one. Where it breaks off, one of the two is still whole, and doing it
   * again finishes it.
   *
   * @throws as {@link KeyStore.write}
   */
  promote(): Promise<void>;
}
