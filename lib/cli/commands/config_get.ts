import { findSetting, SETTING_NAMES } from "../../config/schema.ts";
import { defineCommand } from "../command.ts";
import { settingText } from "../output/setting_text.ts";

/** Shows the value of a setting. */
export const command = defineCommand({
  arguments: [{
    name: "NAME",
    summary: "a setting; `codemem config list` lists them all",
    suggestions: SETTING_NAMES,
  }],
  async run({ words, json }, context) {
    const setting = findSetting(words[0]!);
    const { settings, sources } = await context.settings();
    const value = settings[setting.key];
    if (!json) return context.output.line(settingText(value));
    context.output.json({ name: setting.name, value, source: sources[setting.name] });
  },
});
