/**
 * Noticing that the settings file has changed: by looking, not by `Deno.watchFs`, since its folder may
 * be that of the database (docs/decisions/0006).
 */

/** Options of {@link SettingsWatch}. */
export interface SettingsWatchOptions {
  /** Calls of it do not overlap. */
  readonly onChange: () => Promise<void>;
  /** Is told where `onChange` throws; the watch goes on. */
  readonly onFault: (error: unknown) => void;
}

/** Compares the settings file with how it was at the last look. */
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
   * Has `onChange` called where the file has changed, been replaced, made or removed, or can be read
   * no longer or again.
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

/** Changes whenever the file does; a file that cannot be looked at is a state of its own. */
function stamp(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    return error instanceof Error ? error.name : "unreadable";
  }
}
