/** A device's key in the keychain of the system. */
import type { KeyObject } from "node:crypto";
import { publicKeyLine } from "../auth/fingerprint.ts";
import { CodememError } from "../errors.ts";
import type { KeySlot, KeyStore } from "./key_store.ts";
import { decodeSecret, encodeSecret } from "./secret_text.ts";

/**
 * Holds secrets by service and account. Every method throws `keychain_locked`,
 * `keychain_unavailable` or `keychain_timed_out`.
 */
export interface SecretStore {
  /** Where it keeps them, in words for people. */
  readonly place: string;
  /** @returns `undefined` if there is none */
  find(service: string, account: string): Promise<string | undefined>;
  /** Stores a secret of one line, replacing the one that is there. */
  put(service: string, account: string, secret: string): Promise<void>;
  /** Removes a secret, which may be missing. */
  remove(service: string, account: string): Promise<void>;
}

/** The service under which keys are stored. */
const KEYCHAIN_SERVICE = "codemem-sync";

/** @param deviceId the account, followed by `.next` for the successor during a rotation */
export function keychainStore(secrets: SecretStore, deviceId: string): KeyStore {
  const { place } = secrets;
  const accountOf = (slot: KeySlot) => slot === "current" ? deviceId : `${deviceId}.next`;
  const read = async (slot: KeySlot) => {
    const secret = await secrets.find(KEYCHAIN_SERVICE, accountOf(slot));
    return secret === undefined ? undefined : decodeSecret(secret, place);
  };
  const write = async (slot: KeySlot, key: KeyObject) => {
    await secrets.put(KEYCHAIN_SERVICE, accountOf(slot), encodeSecret(key));
    // A keychain may report success and store nothing.
    const kept = await read(slot);
    if (kept === undefined || publicKeyLine(kept) !== publicKeyLine(key)) throw notKept(place);
  };
  const remove = (slot: KeySlot) => secrets.remove(KEYCHAIN_SERVICE, accountOf(slot));
  return {
    name: "keychain",
    place,
    read,
    write,
    remove,
    async promote() {
      const next = await read("next");
      if (next === undefined) return;
      await write("current", next);
      await remove("next");
    },
  };
}

function notKept(place: string): CodememError {
  return new CodememError(
    "keychain_unavailable",
    `Cannot store the key: ${place} has not stored it`,
    {
      hint: "Check whether other programs can store a password there",
    },
  );
}
