/**
 * Telling a running daemon that another process has changed something: by touching a file in a folder of
 * its own, which the daemon watches.
 *
 * Not the folder of the database: watching opens and closes the files there, and a process that closes
 * any descriptor of a database file loses SQLite's locks on it (docs/decisions/0006).
 */

/** Announces a change. Costs next to nothing if no daemon has ever run: then the folder is missing. */
export function announceChange(folder: string): void {
  try {
    Deno.writeFileSync(`${folder}/changed`, new Uint8Array([0x0a]), { mode: 0o600 });
  } catch {
    // The change itself is stored; a daemon will notice it later by polling.
  }
}

/** Options of {@link watchChanges}. */
export interface WatchChangesOptions {
  readonly onChange: () => void;
  /** Told if changes cannot be watched; the daemon still polls. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Calls `onChange` whenever a change is announced. The folder is created if it is missing.
 *
 * @returns ends the watch
 */
export function watchChanges(
  folder: string,
  { onChange, onFault }: WatchChangesOptions,
): () => void {
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const watcher = Deno.watchFs(folder, { recursive: false });
    void (async () => {
      for await (const _ of watcher) onChange();
    })().catch(onFault);
    return () => watcher.close();
  } catch (error) {
    onFault(error);
    return () => {};
  }
}
