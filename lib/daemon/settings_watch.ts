/**
 * Noticing that the settings file has changed: by polling, not by `Deno.watchFs`, since its folder may be
 * that of the database (docs/decisions/0006).
 */

/** Options of {@link SettingsWatch}. */
export interface SettingsWatchOptions {
  /** Calls do not overlap. */
  readonly onChange: () => Promise<void>;
  /** Told of whatever `onChange` throws; the watch goes on. */
  readonly onFault: (error: unknown) => void;
}

/** Compares the settings file with its state at the last poll. */
export class SettingsWatch {
  readonly #path: string;
  readonly #options: SettingsWatchOptions;
  #seen: string;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, options: SettingsWatchOptions) {
    this.#path = path;
    this.#options = options;
    this.#seen = stamp(path);
  }

  /**
   * Calls `onChange` if the file was changed, replaced, created or removed, or has become unreadable or
   * readable again.
   */
  look(): void {
    const now = stamp(this.#path);
    if (now === this.#seen) return;
    this.#seen = now;
    this.#last = this.#last.then(this.#options.onChange).catch(this.#options.onFault);
  }

  /** Resolves when no call is under way. */
  settled(): Promise<void> {
    return this.#last;
  }
}

/** Differs whenever the file has changed; a file that cannot be examined is a state of its own. */
function stamp(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    return error instanceof Error ? error.name : "unreadable";
  }
}
