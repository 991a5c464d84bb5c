/**
 * The folder that a path leads into, as `dirname` of `node:path` has it. That module brings fifty
 * others with it, which every command would load: see docs/decisions/0027-what-a-command-loads.md.
 *
 * @param path of a file; one without a folder is in the current one
 */
export function parentFolder(path: string): string {
  const end = path.lastIndexOf("/");
  if (end < 0) return ".";
  return path.slice(0, end) || "/";
}
