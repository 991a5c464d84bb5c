/**
 * Files that a killed restore or backup leaves beside a database: copies of memories, including forgotten
 * ones.
 */
import { basename, dirname, join } from "node:path";
import { CodememError } from "../../errors.ts";
import { isHeld, removeDatabase, SIDECARS } from "./files.ts";

/**
 * Removes them. The caller holds the lock of the device, so that no restore is under way; a backup that is
 * being written stays.
 *
 * @throws io_failed
 */
export async function removeLeftovers(database: string): Promise<void> {
  const folder = dirname(database);
  const files = new Set((await namesIn(folder)).map(withoutSidecar));
  for (const name of files) {
    if (!isLeftover(name, basename(database))) continue;
    const path = join(folder, name);
    if (!await isHeld(path)) await removeDatabase(path);
  }
}

function withoutSidecar(name: string): string {
  const sidecar = SIDECARS.find((suffix) => name.endsWith(suffix)) ?? "";
  return name.slice(0, name.length - sidecar.length);
}

function isLeftover(file: string, database: string): boolean {
  return file === `${database}.restoring` || file === `${database}.backup.partial` ||
    (file.startsWith(`${database}.before-restore-`) && file.endsWith(".partial"));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw new CodememError("io_failed", `Cannot look into the folder ${folder}`, {
      hint: "Check its owner and its permissions",
      cause,
    });
  }
}
