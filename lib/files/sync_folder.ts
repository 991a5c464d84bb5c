/** Having the disk keep what files a folder holds: after a power cut a new name may be gone otherwise. */
import { systemCode } from "../errors.ts";

/** What is said by file systems, and of folders, of which that cannot be asked. */
const NOT_POSSIBLE: ReadonlySet<string | undefined> = new Set([
  ...["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR", "EBADF"],
  // A folder may be one that its user can write to and not read.
  ...["EACCES", "EPERM"],
]);

/**
 * Writes the entries of a folder to the disk. Where the system cannot do that, they are left to it.
 *
 * @throws what the system says of a disk that fails
 */
export function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path, { read: true });
    folder.syncSync();
  } catch (error) {
    if (!NOT_POSSIBLE.has(systemCode(error))) throw error;
  }
}
