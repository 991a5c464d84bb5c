/** Files that are only ever appended to. */
import { CodememError } from "../errors.ts";

/**
 * Requires that a file can be appended to, and creates it, for its owner alone, where it is missing.
 *
 * @throws {CodememError} `io_failed`
 */
export function requireAppendable(path: string): void {
  try {
    Deno.openSync(path, { append: true, create: true, mode: 0o600 }).close();
  } catch (cause) {
    throw new CodememError("io_failed", `Cannot write ${path}`, {
      hint:
        "Check the owner and the permissions of it and its folder, and that its disk is writable",
      cause,
    });
  }
}
