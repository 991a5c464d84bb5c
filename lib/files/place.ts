/** Giving files their names, for good. */
import { dirname } from "node:path";
import { isThere } from "./is_there.ts";
import { syncFolder } from "./sync_folder.ts";

/** How a file gets its name. */
export interface PlaceOptions {
  /** Whether a file of that name makes room. */
  readonly replace: boolean;
  /** Whether it has to have it after a power cut, too; it has, unless told otherwise. */
  readonly durably?: boolean;
}

/**
 * Gives a finished file another name in its folder, in one step. What is there under that name is never
 * followed nor written to.
 *
 * @returns whether it was given; false where there is such a file that does not make room
 * @throws what the system says
 */
export function putInPlace(from: string, to: string, options: PlaceOptions): boolean {
  const { replace, durably = true } = options;
  if (replace) Deno.renameSync(from, to);
  else if (!putWhereNoneIs(from, to)) return false;
  if (durably) syncFolder(dirname(to));
  return true;
}

/** Removes a file, or a link; a missing one is no failure. @returns whether there was one */
export function removeIfThere(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A second name is taken only where it is free; a file system without them may be raced for it. */
function putWhereNoneIs(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || isThere(to)) return false;
    Deno.renameSync(from, to);
    return true;
  }
  Deno.removeSync(from);
  return true;
}
