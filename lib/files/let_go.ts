/**
 * Unlocks a file and closes it. To close it is not enough: a program that this process is just starting
 * has a copy of each open file until it runs, and the lock is that of all copies together (flock(2)).
 */
export function letGo(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}
