/** The refusal of a file that cannot be imported, in one grammar. */
import { CodememError } from "../../errors.ts";

/**
 * Makes the error for a file that is not one to import.
 *
 * @param path of the file
 * @param reason one clause: what the file is or lacks
 * @param hint an imperative: what to do about it
 */
export function refuseImport(
  path: string,
  reason: string,
  hint: string,
  cause?: unknown,
): CodememError {
  return new CodememError("invalid_import", `Cannot import ${path}: ${reason}`, { hint, cause });
}

/** What a refusal names as the files that can be imported. */
export const WHAT_TO_IMPORT =
  "Name the database of an earlier codemem (mem.sqlite), or a file written by `codemem export`";
