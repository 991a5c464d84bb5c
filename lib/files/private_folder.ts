/** Folders of a device. */
import { CodememError } from "../errors.ts";

/**
 * Makes a folder where it is missing, for its owner alone; leaves one that is there as it is.
 *
 * @throws {CodememError} `io_failed`
 */
export function makePrivateFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CodememError("io_failed", `Cannot make the folder ${folder}`, {
      hint: "Check that the folder above it exists and that you may write to it",
      cause: error,
    });
  }
}
