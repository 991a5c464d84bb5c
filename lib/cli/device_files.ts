/** Files that a command is given or looks for. */
import { resolve } from "node:path";
import { fingerprintOf } from "../auth/fingerprint.ts";
import type { CodememError } from "../errors.ts";
import type { KeyOnDisk } from "../store/backup/restore.ts";
import type { CommandContext } from "./command.ts";

/** The whole path of a file that was named on a command line. */
export function absolutePath(path: string): string {
  return resolve(path);
}

/** Requires that this device has a database, so that none is made by asking for it. */
export async function requireDatabase(
  { paths }: CommandContext,
  refusal: () => CodememError,
): Promise<void> {
  try {
    await Deno.stat(paths.database);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw refusal();
    // Opening it tells what is wrong.
  }
}

/** What the public key on this device's disk tells of it; null where none is there. */
export async function keyOnDisk({ paths }: CommandContext): Promise<KeyOnDisk | null> {
  try {
    const line = await Deno.readTextFile(`${paths.keys}/device.key.pub`);
    const [type, key, , deviceId = null] = line.trim().split(" ");
    return { fingerprint: fingerprintOf(`${type} ${key}`), deviceId };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
