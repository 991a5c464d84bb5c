/** Whether other users can interfere with files that are written to a folder. */
import { dirname } from "node:path";

const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/** The facts about a folder that decide. */
export type FolderFacts = Pick<Deno.FileInfo, "mode" | "uid" | "gid">;

/**
 * Looks for a folder on the path of a file in which other users can create files, or rename those that
 * are there.
 *
 * @param folder the folder of the file
 * @param uid of this process
 * @returns the exposed folder; `undefined` if there is none, or if that cannot be found out
 */
export function exposedFolder(folder: string, uid = Deno.uid()): string | undefined {
  const facts = lookAt(folder);
  if (facts === undefined || uid === null) return undefined;
  let path = facts.path;
  if (canAdd(facts, uid)) return path;
  while (path !== dirname(path)) {
    path = dirname(path);
    const above = lookAt(path);
    if (above !== undefined && canRename(above, uid)) return path;
  }
  return undefined;
}

/** Whether users other than this one and root can create a file there. */
export function canAdd({ mode, uid: owner, gid }: FolderFacts, uid: number): boolean {
  if (owner !== uid && owner !== 0) return true;
  if (((mode ?? 0) & OTHERS_WRITE) !== 0) return true;
  // A user's private group has the same number as the user; root's group has only root in it.
  return ((mode ?? 0) & GROUP_WRITES) !== 0 && gid !== uid && gid !== 0;
}

/** Whether such users can rename files there that are not theirs. */
export function canRename(facts: FolderFacts, uid: number): boolean {
  const { mode, uid: owner } = facts;
  if (owner !== uid && owner !== 0) return true;
  return ((mode ?? 0) & STICKY) === 0 && canAdd(facts, uid);
}

function lookAt(folder: string): FolderFacts & { readonly path: string } | undefined {
  try {
    const path = Deno.realPathSync(folder);
    return { ...Deno.statSync(path), path };
  } catch {
    return undefined;
  }
}
