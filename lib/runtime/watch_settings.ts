/**
 * Noticing that the settings file has changed.
 *
 * By looking, not by `Deno.watchFs`: that opens and closes the files of the folder it watches, and a
 * process that closes any descriptor of a database file loses SQLite's locks on it. Other processes
 * would then take the database for unused and remove its write-ahead log.
 */

/** The file is looked at this often. */
const INTERVAL_MS = 1_000;

/**
 * Calls `onChange` after the file has changed, been replaced, made or removed. Calls do not overlap.
 *
 * @returns ends the watch
 */
export function watchSettings(path: string, onChange: () => Promise<void>): () => void {
  let seen = stamp(path);
  let last = Promise.resolve();
  const timer = setInterval(() => {
    const now = stamp(path);
    if (now === seen) return;
    seen = now;
    last = last.then(onChange);
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}

/** Changes whenever the file does. */
function stamp(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
