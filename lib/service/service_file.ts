/** The file that describes a service to the system. */
import { dirname } from "node:path";
import { CodememError } from "../errors.ts";
import { removeIfThere } from "../files/place.ts";
import { writePrivateFile } from "../files/private_file.ts";

/** The text of the file; `undefined` where there is none. */
export async function readServiceFile(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unusable(path, error);
  }
}

/** Writes the file, all at once. It may hold settings: nobody else reads it. */
export async function writeServiceFile(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    writePrivateFile(path, text, { replace: true });
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Takes the file away; puts an earlier one back where there was one. */
export async function restoreServiceFile(path: string, earlier: string | undefined): Promise<void> {
  if (earlier !== undefined) return await writeServiceFile(path, earlier);
  try {
    removeIfThere(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): CodememError {
  return new CodememError("io_failed", `Cannot use ${path}`, {
    hint: "Check the owner and the permissions of its folder",
    cause,
  });
}
