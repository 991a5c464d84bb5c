/** Opens the store where this device keeps it. */
import type { Paths } from "../../config/paths.ts";
import { makePrivateFolder } from "../../files/private_folder.ts";
import { CodememError } from "../../errors.ts";
import { parentFolder } from "../../model/parent_folder.ts";
import { openStore, type Store } from "../../store/store.ts";

/**
 * Opens the store, and makes its folder where there is none: for its owner alone.
 *
 * @throws {CodememError} `io_failed`, and what {@link openStore} throws
 */
export async function openDeviceStore(
  { database }: Paths,
  nowMs: () => number,
): Promise<Store> {
  makeDeviceFolder({ database });
  await makePrivateFile(database);
  return openStore({ path: database, nowMs });
}

/** Makes the folder of the database where there is none: for its owner alone. @throws io_failed */
export function makeDeviceFolder({ database }: Pick<Paths, "database">): void {
  makePrivateFolder(parentFolder(database));
}

/** SQLite makes a file that everybody may read, and its companions with the rights of the file. */
async function makePrivateFile(path: string): Promise<void> {
  try {
    (await Deno.open(path, { write: true, createNew: true, mode: 0o600 })).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw new CodememError("io_failed", `Cannot make the database ${path}`, {
      hint: "Check that you may write to its folder and that the disk has room",
      cause: error,
    });
  }
}
