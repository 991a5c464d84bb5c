import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import {
  findSetting,
  readSettingJson,
  readSettingText,
  SETTING_NAMES,
  SETTINGS,
  variableOf,
} from "./schema.ts";

const VALID: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  device_name: [["laptop", "laptop"], [" Büro 2 ", "Büro 2"]],
  sync_enabled: [["true", true], ["on", true], ["0", false], ["No", false]],
  sync_bind: [
    ["0.0.0.0", ["0.0.0.0"]],
    ["10.0.0.1, ::", ["10.0.0.1", "::"]],
    ['["FD7A::1","fd7a::1"]', ["fd7a::1"]],
  ],
  sync_port: [["1", 1], ["65535", 65535]],
  sync_interval_s: [["120", 120]],
  sync_mdns: [["false", false]],
  sync_advertise: [
    ["auto", "auto"],
    ["laptop.tail1.ts.net:7337", ["laptop.tail1.ts.net:7337"]],
    ["[fd7a::1]:7337,10.0.0.1:7337", ["[fd7a::1]:7337", "10.0.0.1:7337"]],
  ],
  sync_key_store: [["auto", "auto"], ["file", "file"]],
  viewer_host: [["127.0.0.1", "127.0.0.1"], ["::1", "::1"], ["localhost", "localhost"]],
  viewer_port: [["38888", 38888]],
  log_level: [["debug", "debug"]],
};

const INVALID: Readonly<Record<string, readonly string[]>> = {
  device_name: ["", " ", "two\nlines", "x".repeat(61), "esc\u001b[31m"],
  sync_enabled: ["", "maybe", "constructor"],
  sync_bind: ["", "localhost", "1.2.3", "10.0.0.1,", "[]", "[1]", "10.0.0.1:80"],
  sync_port: ["", "0", "65536", "99999", "1e3", "7337x", "-1", "1.5", "0x10"],
  sync_interval_s: ["0", "86401", "soon"],
  sync_mdns: ["2"],
  sync_advertise: ["", "laptop", "10.0.0.1:0", "169.254.169.254:80", "0.0.0.0:7337", "auto,auto"],
  sync_key_store: ["", "File", "keyring"],
  viewer_host: ["", "0.0.0.0", "192.168.1.5", "example.com", "::"],
  viewer_port: ["0", "70000"],
  log_level: ["", "loud", "WARNING"],
};

Deno.test("every setting is covered by these tables", () => {
  assertEquals(Object.keys(VALID), [...SETTING_NAMES]);
  assertEquals(Object.keys(INVALID), [...SETTING_NAMES]);
});

Deno.test("a valid text gives the one spelling of its value", () => {
  for (const [name, cases] of Object.entries(VALID)) {
    for (const [text, value] of cases) {
      assertEquals(readSettingText(findSetting(name), text), value as never, `${name} ${text}`);
    }
  }
});

Deno.test("a value that was read can be written and read again", () => {
  for (const [name, cases] of Object.entries(VALID)) {
    for (const [, value] of cases) {
      assertEquals(readSettingJson(findSetting(name), value), value as never, name);
    }
  }
});

Deno.test("an invalid value is refused by name, with what would be valid", () => {
  for (const [name, cases] of Object.entries(INVALID)) {
    for (const text of cases) {
      const setting = findSetting(name);
      const error = assertThrows(() => readSettingText(setting, text), CodememError, name);
      assertEquals(error.code, "invalid_config");
      assertEquals(error.exitCode, 2);
      assertStringIncludes(error.message, `expected ${setting.type.expected}`);
      assertStringIncludes(error.hint ?? "", setting.type.expected);
    }
  }
});

Deno.test("a value of another type is refused", () => {
  for (const setting of SETTINGS) {
    for (const value of [null, {}, [], [1], 1.5, Number.NaN]) {
      assertThrows(() => readSettingJson(setting, value), CodememError, setting.name);
    }
  }
  assertThrows(() => readSettingJson(findSetting("sync_port"), "7337"), CodememError);
  assertThrows(() => readSettingJson(findSetting("sync_enabled"), "true"), CodememError);
});

Deno.test("every default is a valid value", () => {
  for (const setting of SETTINGS) {
    const value = setting.fallback("host");
    assertEquals(readSettingJson(setting, value), value as never);
  }
});

Deno.test("a host name that cannot be shown does not become the device's name", () => {
  assertEquals(findSetting("device_name").fallback("\u0007"), "unnamed device");
});

Deno.test("an unknown setting is refused with the one that was probably meant", () => {
  const error = assertThrows(() => findSetting("sync-prot"), CodememError, '"sync-prot"');
  assertEquals(error.hint, "Did you mean sync_port?");
  const other = assertThrows(() => findSetting("__proto__"), CodememError);
  assertStringIncludes(other.hint ?? "", "codemem config list");
});

Deno.test("a long value is not repeated in full", () => {
  const setting = findSetting("log_level");
  const error = assertThrows(() => readSettingText(setting, "x".repeat(9000)), CodememError);
  assert(error.message.length < 200);
});

Deno.test("the variable of a setting has its name in upper case", () => {
  assertEquals(variableOf(findSetting("sync_interval_s")), "CODEMEM_SYNC_INTERVAL_S");
});
