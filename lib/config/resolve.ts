/** Which value of a setting holds: a flag's over a variable's, over the file's, over the default. */
import type { Json } from "../model/canonical_json.ts";
import { nearest } from "./nearest.ts";
import type { Environment } from "./paths.ts";
import {
  findSetting,
  readSettingJson,
  readSettingText,
  type Setting,
  SETTING_NAMES,
  SETTINGS,
  type Settings,
  variableOf,
} from "./schema.ts";

/** Where the value that holds came from. */
export type SettingSource = "flag" | "variable" | "file" | "default";

/** What settings are made of. */
export interface SettingSources {
  /** Texts by the name of the setting (`sync_port`). */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly env: Environment;
  /** The members of the file. */
  readonly file: Readonly<Record<string, unknown>>;
  /** The path of the file, for messages. */
  readonly filePath: string;
  readonly hostname: string;
}

/** The settings that hold. */
export interface ResolvedSettings {
  readonly settings: Settings;
  /** By the name of the setting. */
  readonly sources: Readonly<Record<string, SettingSource>>;
  /** Members of the file that are no settings. */
  readonly unknown: readonly UnknownSetting[];
}

/** The environment variable that the value of a setting comes from; `undefined` where it does not. */
export function usedVariable(
  name: string,
  { sources }: Pick<ResolvedSettings, "sources">,
): string | undefined {
  return sources[name] === "variable" ? variableOf(findSetting(name)) : undefined;
}

/** A member of the file that is no setting: kept, not used. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that was probably meant. */
  readonly meant: string | undefined;
}

/**
 * Finds the value that holds for every setting.
 *
 * @throws {CodememError} `invalid_config` for the first invalid value, also of a source that another
 * one wins over in the end: it would hold again as soon as the other is gone
 */
export function resolveSettings(given: SettingSources): ResolvedSettings {
  const values: Record<string, Json> = {};
  const sources: Record<string, SettingSource> = {};
  for (const setting of SETTINGS) {
    const { value, source } = resolveSetting(setting, given);
    values[setting.key] = value;
    sources[setting.name] = source;
  }
  // The table has a row for each member of Settings, and each row reads its member's type.
  const settings = values as unknown as Settings;
  return { settings, sources, unknown: findUnknown(given.file) };
}

function resolveSetting(
  setting: Setting,
  { flags = {}, env, file, filePath, hostname }: SettingSources,
): { value: Json; source: SettingSource } {
  const { name } = setting;
  let value: Json = setting.fallback(hostname);
  let source: SettingSource = "default";
  if (Object.hasOwn(file, name)) {
    [value, source] = [readSettingJson(setting, file[name], filePath), "file"];
  }
  const variable = variableOf(setting);
  if (env[variable]) {
    [value, source] = [readSettingText(setting, env[variable], variable), "variable"];
  }
  const flag = flags[name];
  if (flag !== undefined) [value, source] = [readSettingText(setting, flag), "flag"];
  return { value, source };
}

function findUnknown(file: Readonly<Record<string, unknown>>): UnknownSetting[] {
  return Object.keys(file).filter((name) => !SETTING_NAMES.includes(name))
    .map((name) => ({ name, meant: nearest(name, SETTING_NAMES) }));
}
