/** Files that a command is given or looks for. */
import { resolve } from "node:path";
import type { CodememError } from "../../errors.ts";
import type { CommandContext } from "../command.ts";
import type { Output } from "../output/output.ts";

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

/** Says that a file was written where others can get at it. @param folder see `exposedFolder` */
export function warnOfFolder(folder: string, output: Output): void {
  output.warn(
    `others can write to ${folder}: they can remove the file, or put another in its place`,
  );
  output.note("hint: Keep it in a folder that only you can write to");
}
