/** The settings in the names of the file, with where each value comes from. */
import { type Setting, SETTINGS, variableOf } from "../config/schema.ts";
import type { RunningDevice } from "./running_device.ts";

/** A setting that only a new start of the program takes up. */
const NEEDS_RESTART: readonly string[] = ["log_level"];

/** The settings that hold. */
export async function settingsJson(device: RunningDevice) {
  const { settings, sources } = await device.settings();
  return {
    ...Object.fromEntries(SETTINGS.map(({ name, key }) => [name, settings[key]])),
    sources,
    about: SETTINGS.map(aboutJson),
    interfaces: device.interfaceAddresses(),
  };
}

/** What a form says of a setting. */
function aboutJson(setting: Setting) {
  const { name, summary, type: { expected } } = setting;
  const needsRestart = NEEDS_RESTART.includes(name);
  return { name, summary, expected, variable: variableOf(setting), needs_restart: needsRestart };
}
