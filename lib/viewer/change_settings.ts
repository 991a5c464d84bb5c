/** Changing settings for a person who looks at a page. */
import { findSetting, variableOf } from "../config/schema.ts";
import { CodememError } from "../errors.ts";
import type { RunningDevice, SettingChanges } from "./running_device.ts";

/**
 * Changes settings in the file. A setting that the environment decides is refused: the change would have
 * no effect.
 *
 * @throws as {@link RunningDevice.changeSettings}
 */
export async function changeSettings(
  device: RunningDevice,
  changes: SettingChanges,
): Promise<void> {
  const { sources } = await device.settings();
  for (const name of Object.keys(changes)) {
    const setting = findSetting(name);
    if (sources[name] === "variable") throw overridden(name, variableOf(setting));
  }
  await device.changeSettings(changes);
}

function overridden(field: string, variable: string): CodememError {
  return new CodememError("invalid_config", `Cannot change ${field}: ${variable} decides it`, {
    hint: `Start codemem without ${variable} in its environment`,
    details: { field },
  });
}
