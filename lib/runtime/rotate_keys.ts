/** Giving this device a new key, which its peers follow by themselves. */
import { publicKeyLine } from "../auth/fingerprint.ts";
import { issueCertificate } from "../auth/certificate.ts";
import { signRotation } from "../auth/rotation_statement.ts";
import { CodememError } from "../errors.ts";
import { type DeviceKey, generateDeviceKey } from "../identity/device_key.ts";
import { withKeyLock } from "../identity/key_lock.ts";
import type { KeyStore } from "../identity/key_store.ts";
import type { RotatedKey } from "../model/rotation.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { requireNotForked } from "../sync/standing/check_lives.ts";
import { loadHeldIdentity, loadIdentity } from "./identity.ts";
import { type IdentityPlace, keyStoreNamed } from "./identity_place.ts";
import { isKeychainError } from "./make_key.ts";
import { requireNoKeyTask, settleKeyTask } from "./key_task.ts";

/**
 * Creates a new key and signs, with both the old one and the new one, that it follows. The new key is
 * stored beside the old one before the statement is recorded, and replaces it afterwards: if that is
 * interrupted, the device has the key that its record names.
 *
 * @param nowMs milliseconds since 1970
 * @throws device_forked; sync_disabled if there is no key yet; what loading the identity can fail with;
 * io_failed, keychain_locked, keychain_unavailable, keychain_timed_out. The old key then stays
 */
export async function rotateKeys(place: IdentityPlace, nowMs: number): Promise<RotatedKey> {
  const { store, settings } = place;
  // Peers would follow the copy, and no longer trust the device that it was copied from.
  requireNotForked({ store, device: { name: settings.deviceName } });
  // Fails for a device without a key, before its folder and lock are created.
  await loadIdentity(place);
  return await withKeyLock(place.keysDir, async () => {
    await requireNoKeyTask(place);
    return await rotate(place, formatTimestamp(nowMs));
  });
}

async function rotate(place: IdentityPlace, createdAt: string): Promise<RotatedKey> {
  const { device, rotations } = place.store;
  const { deviceId, privateKey, publicKey, fingerprint } = await loadHeldIdentity(place);
  const keyStore = keyStoreNamed(place, device.record().keyStore ?? "file");
  const next = generateDeviceKey();
  const sequence = (rotations.own().at(-1)?.sequence ?? 0) + 1;
  const statement = signRotation(
    { deviceId, sequence, oldPublicKey: publicKey, newPublicKey: next.publicKey, createdAt },
    { oldKey: privateKey, newKey: next.privateKey },
  );
  const certificate = await issueCertificate({ deviceId, privateKey: next.privateKey });
  await place.store.whenFree(() => device.setKeyTask({ kind: "rotate" }));
  try {
    await keepBeside(keyStore, next);
    const { fingerprint } = next;
    await place.store.whenFree(() => rotations.commit(statement, { fingerprint, certificate }));
  } catch (error) {
    await settleAsFarAsPossible(place);
    throw error;
  }
  await settleAsFarAsPossible(place);
  const previousFingerprint = fingerprint;
  return { sequence, fingerprint: next.fingerprint, previousFingerprint, rotatedAt: createdAt };
}

/**
 * What a keychain that was locked in the meantime leaves undone, or a full disk, the next load of the key
 * finishes: the recorded key is stored, and can be used.
 */
async function settleAsFarAsPossible(place: IdentityPlace): Promise<void> {
  try {
    await settleKeyTask(place);
  } catch (error) {
    if (!isKeychainError(error) && !isOfDisk(error)) throw error;
  }
}

function isOfDisk(error: unknown): boolean {
  return error instanceof CodememError && ["io_failed", "database_full"].includes(error.code);
}

async function keepBeside(keyStore: KeyStore, { privateKey, publicKey }: DeviceKey): Promise<void> {
  await keyStore.write("next", privateKey);
  const kept = await keyStore.read("next");
  if (kept !== undefined && publicKeyLine(kept) === publicKey) return;
  throw new CodememError("key_damaged", `Cannot store the next key beside ${keyStore.place}`, {
    hint: "The device has the key it had",
  });
}
