/** The settings as a form holds them, and which of them have been changed. */
import type { ConfigData } from "../../page_data.ts";

/** What a person has filled in. */
export interface SettingsDraft {
  readonly device_name: string;
  readonly sync_enabled: boolean;
  /** A row each; empty ones do not count. */
  readonly sync_bind: readonly string[];
  readonly sync_port: string;
  readonly sync_interval_s: string;
  readonly sync_mdns: boolean;
  /** `auto`, or addresses separated by commas. */
  readonly sync_advertise: string;
  readonly viewer_port: string;
  readonly log_level: string;
}

/** A setting that the form shows. */
export type DraftName = keyof SettingsDraft;

/** The form as it is filled in at first. */
export function draftOf(config: ConfigData): SettingsDraft {
  const { sync_advertise: advertise } = config;
  return {
    device_name: config.device_name,
    sync_enabled: config.sync_enabled,
    sync_bind: config.sync_bind,
    sync_port: String(config.sync_port),
    sync_interval_s: String(config.sync_interval_s),
    sync_mdns: config.sync_mdns,
    sync_advertise: advertise === "auto" ? advertise : advertise.join(", "),
    viewer_port: String(config.viewer_port),
    log_level: config.log_level,
  };
}

/** The settings that differ from those that hold, as the API takes them. */
export function changesOf(
  config: ConfigData,
  draft: SettingsDraft,
): Readonly<Record<string, unknown>> {
  const before = sent(draftOf(config));
  return Object.fromEntries(
    Object.entries(sent(draft)).filter(([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[name as DraftName])
    ),
  );
}

function sent(draft: SettingsDraft): Readonly<Record<DraftName, unknown>> {
  return {
    ...draft,
    device_name: draft.device_name.trim(),
    sync_bind: draft.sync_bind.map((address) => address.trim()).filter((address) => address !== ""),
    sync_port: wholeNumber(draft.sync_port),
    sync_interval_s: wholeNumber(draft.sync_interval_s),
    sync_advertise: addressesOf(draft.sync_advertise),
    viewer_port: wholeNumber(draft.viewer_port),
  };
}

/** A text that is not a number is sent as it is: the device refuses it, and says what it expects. */
function wholeNumber(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text;
}

function addressesOf(text: string): "auto" | readonly string[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  return parts.length === 0 || (parts.length === 1 && parts[0] === "auto") ? "auto" : parts;
}
