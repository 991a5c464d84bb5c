/** The settings of a running device: reading them, and changes that are written and applied, or undone. */
import { loadConfigFile } from "../config/load.ts";
import type { ResolvedSettings } from "../config/resolve.ts";
import { saveSettings } from "../config/save.ts";
import { findSetting } from "../config/schema.ts";
import type { Settings } from "../config/schema.ts";
import { type CodememError, toCodememError } from "../errors.ts";
import type { Json } from "../model/canonical_json.ts";
import type { SettingChanges } from "../viewer/running_device.ts";

/** Options of {@link SettingsFile}. */
export interface SettingsFileOptions {
  readonly path: string;
  /** The settings that hold, from all sources. */
  readonly read: () => Promise<ResolvedSettings>;
  /** Requires that they can be taken up, before anything that works is given up for them. */
  readonly check: (settings: Settings) => Promise<void>;
  /** Takes them up. */
  readonly apply: (settings: Settings) => Promise<void>;
  /** What does not work with the settings that hold now. */
  readonly failure: () => CodememError | undefined;
  /** Told where, after a failed change, not even the former settings could be taken up again. */
  readonly onFault: (error: CodememError) => void;
}

/** Changes settings one request after the other. */
export class SettingsFile {
  readonly #options: SettingsFileOptions;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: SettingsFileOptions) {
    this.#options = options;
  }

  /** @throws invalid_config, io_failed */
  read(): Promise<ResolvedSettings> {
    return this.#options.read();
  }

  /** Resolves when no change is under way. */
  async settled(): Promise<void> {
    await this.#changing;
  }

  /**
   * Writes settings and takes them up. Where they cannot be taken up, the file is as it was before; what
   * did not work before either is no reason to refuse a change.
   *
   * @throws invalid_config, and what taking them up can fail with
   */
  change(changes: SettingChanges): Promise<void> {
    const change = this.#changing.then(() => this.#change(changes));
    this.#changing = change.catch(() => {});
    return change;
  }

  async #change(changes: SettingChanges): Promise<void> {
    const { path, check, failure } = this.#options;
    const failedBefore = failure()?.message;
    const names = Object.keys(changes).map((name) => findSetting(name).name);
    const { members } = await loadConfigFile(path);
    const before = Object.fromEntries(names.map((name) => [name, members[name] as Json]));
    await saveSettings(path, changes);
    try {
      await check((await this.read()).settings);
    } catch (error) {
      await saveSettings(path, before);
      throw error;
    }
    await this.#apply(before, failedBefore);
  }

  async #apply(before: SettingChanges, failedBefore: string | undefined): Promise<void> {
    const error = await this.#takeUp();
    if (error === undefined || error.message === failedBefore) return;
    await saveSettings(this.#options.path, before);
    const again = await this.#takeUp();
    if (again !== undefined && again.message !== failedBefore) this.#options.onFault(again);
    throw error;
  }

  /** Takes up what the file says; resolves to why that failed. */
  async #takeUp(): Promise<CodememError | undefined> {
    try {
      await this.#options.apply((await this.read()).settings);
      return undefined;
    } catch (thrown) {
      return toCodememError(thrown);
    }
  }
}
