import { SETTINGS } from "../../config/schema.ts";
import { defineCommand } from "../command.ts";
import { settingText } from "../output/setting_text.ts";

/** Lists all settings. */
export const command = defineCommand({
  async run({ json }, context) {
    const { settings, sources } = await context.settings();
    if (json) {
      const members = SETTINGS.map(({ name, key }) => [name, settings[key]] as const);
      return context.output.json(Object.fromEntries(members));
    }
    context.output.table(
      [{ title: "NAME" }, { title: "VALUE" }, { title: "FROM" }, { title: "MEANS", elastic: true }],
      SETTINGS.map(({ name, key, summary }) => [
        name,
        settingText(settings[key]),
        sources[name]!,
        summary,
      ]),
    );
  },
});
