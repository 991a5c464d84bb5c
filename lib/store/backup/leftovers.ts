/** What a restore that was killed leaves beside a database: copies of memories, forgotten ones among them. */
import { basename, dirname, join } from "node:path";
import { CodememError } from "../../errors.ts";
import { removeDatabase, SIDECARS } from "./files.ts";

/**
 * Removes it, for who holds the lock of the device: nobody is restoring then.
 *
 * @throws io_failed
 */
export async function removeLeftovers(database: string): Promise<void> {
  const folder = dirname(database);
  for (const name of await namesIn(folder)) {
    if (isLeftover(name, basename(database))) await removeDatabase(join(folder, name));
  }
}

function isLeftover(name: string, database: string): boolean {
  const sidecar = SIDECARS.find((suffix) => name.endsWith(suffix)) ?? "";
  const file = name.slice(0, name.length - sidecar.length);
  return file === `${database}.restoring` ||
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
