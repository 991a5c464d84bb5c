import { saveSettings } from "../../config/save.ts";
import { findSetting, readSettingText, SETTING_NAMES, variableOf } from "../../config/schema.ts";
import { defineCommand } from "../command.ts";

/** Changes a setting in the file. */
export const command = defineCommand({
  arguments: [
    {
      name: "NAME",
      summary: "a setting; `codemem config list` lists them all",
      suggestions: SETTING_NAMES,
    },
    { name: "VALUE", summary: "its new value; separate the items of a list by commas" },
  ],
  async run({ words, json }, { paths, env, output, announceChange }) {
    const setting = findSetting(words[0]!);
    const value = readSettingText(setting, words[1]!);
    await saveSettings(paths.config, { [setting.name]: value });
    await announceChange();
    const variable = variableOf(setting);
    if (env[variable]) output.warn(`${variable} is set and wins over the file`);
    if (json) output.json({ name: setting.name, value, source: "file" });
    else output.line(`${setting.name} = ${Array.isArray(value) ? value.join(",") : value}`);
  },
});
