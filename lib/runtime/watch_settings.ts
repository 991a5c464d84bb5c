/**
 * Noticing that the settings file has changed.
 *
 * By looking, not by `Deno.watchFs`: that opens and closes the files of the folder it watches, and a
 * process that closes any descriptor of a database file loses SQLite's locks on it. Other processes
 * would then take the database for unused and remove its write-ahead log.
 */

/** The file is looked at this often. */
const INTERVAL_MS = 1_000;

/** Options of {@link watchSettings}. */
export interface WatchOptions {
  /** Calls of it do not overlap. */
  readonly onChange: () => Promise<void>;
  /** Is told where `onChange` throws; the watch goes on. */
  readonly onFault: (error: unknown) => void;
  readonly intervalMs?: number;
}

/**
 * Calls `onChange` after the file has changed, been replaced, made or removed, or could be read no
 * longer or again.
 *
 * @returns ends the watch, and waits for the end of a call under way
 */
export function watchSettings(path: string, options: WatchOptions): () => Promise<void> {
  const { onChange, onFault, intervalMs = INTERVAL_MS } = options;
  let seen = stamp(path);
  let last = Promise.resolve();
  const timer = setInterval(() => {
    const now = stamp(path);
    if (now === seen) return;
    seen = now;
    last = last.then(onChange).catch(onFault);
  }, intervalMs);
  return () => {
    clearInterval(timer);
    return last;
  };
}

/** Changes whenever the file does; a file that cannot be looked at is a state of its own. */
function stamp(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    return error instanceof Error ? error.name : "unreadable";
  }
}
