/** Noticing that the settings file has changed. */
import { basename, dirname } from "node:path";

/** An editor writes a file in several steps; they are one change. */
const SETTLE_MS = 150;

/**
 * Calls `onChange` after the file has changed, been replaced or been made. Calls do not overlap.
 *
 * @returns ends the watch
 */
export function watchSettings(path: string, onChange: () => Promise<void>): () => void {
  const name = basename(path);
  const watcher = Deno.watchFs(dirname(path), { recursive: false });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => last = last.then(onChange), SETTLE_MS);
  };
  (async () => {
    for await (const { kind, paths } of watcher) {
      if (kind !== "access" && paths.some((each) => basename(each) === name)) changed();
    }
  })();
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
