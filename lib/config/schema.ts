/**
 * The settings: one table that says what each is called, what it means, what is valid and what holds
 * without it. Listing, help and validation all read this table.
 *
 * Written by hand and not with a schema library: every start of the program reads it.
 */
import { CodememError } from "../errors.ts";
import { addressScope, formatAddress, isIpAddress, parseAddress } from "../model/address.ts";
import type { Json } from "../model/canonical_json.ts";
import { cleanDeviceName, MAX_DEVICE_NAME } from "../model/device.ts";
import { nearest } from "./nearest.ts";
import {
  booleanType,
  choiceType,
  integerType,
  listOrWord,
  listType,
  textType,
  type ValueType,
} from "./value_types.ts";

/** What can be set. */
export interface Settings {
  readonly deviceName: string;
  readonly syncEnabled: boolean;
  /** IP addresses. */
  readonly syncBind: readonly string[];
  readonly syncPort: number;
  readonly syncIntervalS: number;
  readonly syncMdns: boolean;
  /** `host:port` each. */
  readonly syncAdvertise: "auto" | readonly string[];
  readonly syncKeyStore: "auto" | "keychain" | "file";
  /** A loopback address or name. */
  readonly viewerHost: string;
  readonly viewerPort: number;
  readonly logLevel: "debug" | "info" | "warning" | "error";
}

/** One row of the table. */
export interface Setting<K extends keyof Settings = keyof Settings> {
  /** As in the file: `sync_port`. */
  readonly name: string;
  readonly key: K;
  readonly summary: string;
  readonly type: ValueType<Settings[K] & Json>;
  /** What holds where nothing is set. */
  readonly fallback: (hostname: string) => Settings[K];
}

const address = (text: string) => {
  const parsed = parseAddress(text);
  const dialable = parsed !== undefined && addressScope(parsed.host) !== "undialable";
  return dialable ? formatAddress(parsed) : undefined;
};

const ipAddress = (text: string) => {
  const parsed = parseAddress(text, 1);
  return parsed !== undefined && isIpAddress(text) ? parsed.host : undefined;
};

/** The viewer knows no password: nothing but this machine may reach it. */
const loopback = (text: string) => {
  const host = parseAddress(text.trim(), 1)?.host;
  return host !== undefined && addressScope(host) === "loopback" ? host : undefined;
};

const deviceName = (text: string) => {
  const clean = cleanDeviceName(text);
  return clean === text.trim() ? clean : undefined;
};

const PORT = integerType(1, 65_535);

type Rows = { readonly [K in keyof Settings]: Omit<Setting<K>, "key"> };

const ROWS: Rows = {
  deviceName: {
    name: "device_name",
    summary: "what other devices call this one",
    type: textType(`1 to ${MAX_DEVICE_NAME} characters on one line`, deviceName),
    fallback: (hostname) => cleanDeviceName(hostname) ?? "unnamed device",
  },
  syncEnabled: {
    name: "sync_enabled",
    summary: "whether this device syncs with others",
    type: booleanType,
    fallback: () => false,
  },
  syncBind: {
    name: "sync_bind",
    summary: "the addresses to listen on for other devices",
    type: listType("one or more IP addresses, separated by commas", ipAddress),
    fallback: () => ["0.0.0.0", "::"],
  },
  syncPort: {
    name: "sync_port",
    summary: "the port to listen on for other devices",
    type: PORT,
    fallback: () => 7337,
  },
  syncIntervalS: {
    name: "sync_interval_s",
    summary: "seconds between syncs that nothing else triggers",
    type: integerType(1, 86_400),
    fallback: () => 120,
  },
  syncMdns: {
    name: "sync_mdns",
    summary: "whether to look for devices on the local network",
    type: booleanType,
    fallback: () => true,
  },
  syncAdvertise: {
    name: "sync_advertise",
    summary: "the addresses to give to other devices",
    type: listOrWord("auto", listType("one or more of host:port, separated by commas", address)),
    fallback: () => "auto",
  },
  syncKeyStore: {
    name: "sync_key_store",
    summary: "where a new private key is stored: auto prefers the keychain",
    type: choiceType(["auto", "keychain", "file"]),
    fallback: () => "auto",
  },
  viewerHost: {
    name: "viewer_host",
    summary: "the address of the viewer",
    type: textType("a loopback address such as 127.0.0.1", loopback),
    fallback: () => "127.0.0.1",
  },
  viewerPort: {
    name: "viewer_port",
    summary: "the port of the viewer",
    type: PORT,
    fallback: () => 38_888,
  },
  logLevel: {
    name: "log_level",
    summary: "how much is logged",
    type: choiceType(["debug", "info", "warning", "error"]),
    fallback: () => "info",
  },
};

/** All settings, in the order in which they are listed. */
export const SETTINGS: readonly Setting[] = Object.entries(ROWS).map(([key, row]) =>
  ({ ...row, key }) as Setting
);

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = SETTINGS.map(({ name }) => name);

/** The environment variable that wins over the file: `CODEMEM_SYNC_PORT`. */
export function variableOf(setting: Setting): string {
  return `CODEMEM_${setting.name.toUpperCase()}`;
}

/**
 * The setting called `name`.
 *
 * @throws {CodememError} `invalid_config` where there is none, with the one that was probably meant
 */
export function findSetting(name: string): Setting {
  const setting = SETTINGS.find((each) => each.name === name);
  if (setting !== undefined) return setting;
  const meant = nearest(name.replaceAll("-", "_"), SETTING_NAMES);
  throw new CodememError("invalid_config", `Unknown setting: "${name}"`, {
    hint: meant === undefined
      ? "Run `codemem config list` for all settings"
      : `Did you mean ${meant}?`,
    details: { field: name },
  });
}

/**
 * Reads the value of a setting that came as text.
 *
 * @param origin where it came from, for the message: a variable's name, or nothing
 * @throws {CodememError} `invalid_config`, naming the setting and what would be valid
 */
export function readSettingText(setting: Setting, text: string, origin?: string): Json {
  return setting.type.fromText(text) ?? refuse(setting, JSON.stringify(text), origin);
}

/** The same for a value of the file. */
export function readSettingJson(setting: Setting, value: unknown, origin?: string): Json {
  return setting.type.fromJson(value) ?? refuse(setting, JSON.stringify(value), origin);
}

function refuse(setting: Setting, shown: string, origin?: string): never {
  const place = origin === undefined ? "" : ` in ${origin}`;
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  throw new CodememError(
    "invalid_config",
    `Cannot use ${setting.name}${place}: expected ${setting.type.expected}, got ${short}`,
    {
      hint: `Set ${
        origin === variableOf(setting) ? origin : setting.name
      } to ${setting.type.expected}`,
      details: { field: setting.name },
    },
  );
}
