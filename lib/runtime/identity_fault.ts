/**
 * What keeps this device from proving who it is, without asking a keychain, changing anything or loading
 * `node:crypto`: `sync status` asks.
 */
import { CodememError } from "../errors.ts";
import { keyDamaged } from "../identity/key_refusals.ts";
import { checkKeyFile } from "../identity/check_key_file.ts";
import { publicPath, readPublicFile } from "../identity/public_file.ts";
import type { DeviceRecord } from "../store/device.ts";
import type { IdentityPlace } from "./identity_place.ts";
import { displacement, requireOwnFolder } from "./lost_database.ts";

/** Where the identity is, and nothing that it would take to use it. */
export type IdentityFiles = Pick<IdentityPlace, "store" | "keysDir">;

/**
 * Finds what is wrong. A key in a file is read; whether a keychain still has the key is not known, but what
 * is on the disk has to belong to it.
 *
 * @returns `undefined` if nothing is wrong, or if there is no key yet
 */
export async function identityFault(files: IdentityFiles): Promise<CodememError | undefined> {
  for (;;) {
    const record = files.store.device.record();
    const fault = await faultOf(record, files);
    // Another process may have moved or replaced the key between two looks at it.
    if (fault === undefined || isSame(record, files.store.device.record())) return fault;
  }
}

async function faultOf(
  record: DeviceRecord,
  files: IdentityFiles,
): Promise<CodememError | undefined> {
  try {
    const displaced = displacement(files.store);
    if (displaced !== undefined) return displaced;
    if (record.publicKey === null) {
      requireOwnFolder(files);
      return undefined;
    }
    if (record.keyStore !== "keychain") await requireKeyFile(record.publicKey, record, files);
    requireOwnPublicFile(record, files);
    return undefined;
  } catch (error) {
    if (error instanceof CodememError) return error;
    throw error;
  }
}

/** During a rotation the recorded key may not have been promoted yet. */
async function requireKeyFile(
  publicKey: string,
  { keyTask }: DeviceRecord,
  { keysDir }: IdentityFiles,
): Promise<void> {
  const path = `${keysDir}/device.key`;
  if (keyTask?.kind !== "rotate") return await checkKeyFile(path, publicKey);
  await checkKeyFile(`${path}.next`, publicKey).catch(() => checkKeyFile(path, publicKey));
}

function requireOwnPublicFile(
  { publicKey, keyTask }: DeviceRecord,
  { keysDir }: IdentityFiles,
): void {
  // The file is written at the end of a rotation; a missing one is written again.
  if (keyTask?.kind === "rotate") return;
  const file = readPublicFile(keysDir);
  if (file === undefined || file.publicKey === publicKey) return;
  throw keyDamaged(`${publicPath(keysDir)} belongs to another key`);
}

function isSame(before: DeviceRecord, now: DeviceRecord): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
