/** Whether others can get in the way of what is written to a folder. */
import { dirname } from "node:path";

const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/** What is asked of a folder. */
export type FolderFacts = Pick<Deno.FileInfo, "mode" | "uid" | "gid">;

/**
 * Looks for a folder on the way to a file in which others can put files, or give other names to those
 * that are there.
 *
 * @param folder that the file is in
 * @param uid of this process
 * @returns the folder; `undefined` where there is none, and where that cannot be told
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

/** Whether others than this user and root can put a file there. */
export function canAdd({ mode, uid: owner, gid }: FolderFacts, uid: number): boolean {
  if (owner !== uid && owner !== 0) return true;
  if (((mode ?? 0) & OTHERS_WRITE) !== 0) return true;
  // A group of the user's own has his number, and root's has root in it.
  return ((mode ?? 0) & GROUP_WRITES) !== 0 && gid !== uid && gid !== 0;
}

/** Whether they can give another name to what is there and not theirs. */
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
