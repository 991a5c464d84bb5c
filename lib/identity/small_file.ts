/** Reading the files of keys. */
import { CodememError } from "../errors.ts";

/** Far more than any key file holds. */
const MAX_FILE_BYTES = 16_384;

/**
 * Reads a file of the size of a key.
 *
 * @returns its text (cut off at 16 KiB) and permission bits, or `undefined` if it is missing
 * @throws {CodememError} `key_damaged` if it cannot be read as a file
 */
export function readSmallFile(path: string): { text: string; mode: number } | undefined {
  try {
    // Opening a pipe would wait for somebody who writes into it.
    if (!Deno.statSync(path).isFile) throw new Error("not a regular file");
    using file = Deno.openSync(path, { read: true });
    const { mode } = file.statSync();
    const bytes = new Uint8Array(MAX_FILE_BYTES);
    const length = file.readSync(bytes) ?? 0;
    return { text: new TextDecoder().decode(bytes.subarray(0, length)), mode: mode ?? 0 };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new CodememError("key_damaged", `Cannot read ${path}: it cannot be opened as a file`, {
      hint: "Make it a file that this user can read, or restore it from a backup",
      cause,
    });
  }
}
