/** The lock under which the key of a device is created, moved or replaced. */
import { join } from "node:path";
import { CodememError } from "../errors.ts";
import { letGo } from "../files/let_go.ts";
import { makePrivateFolder } from "../files/private_folder.ts";
import { removeLeftKeys } from "./key_files.ts";

/**
 * Runs `change` while no other process changes the key, after removing what a killed process has left.
 *
 * @param keysDir the folder of the key files, created if it is missing
 * @throws io_failed, and what `change` throws
 */
export async function withKeyLock<Result>(
  keysDir: string,
  change: () => Promise<Result>,
): Promise<Result> {
  makePrivateFolder(keysDir);
  // The system releases the lock when the process ends, however it ends.
  const file = await openLock(join(keysDir, ".lock"));
  try {
    await file.lock(true);
    removeLeftKeys(keysDir);
    return await change();
  } finally {
    letGo(file);
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new CodememError("io_failed", `Cannot open the lock file ${path}`, {
      hint: "Check the owner and the permissions of its folder",
      cause,
    });
  }
}
