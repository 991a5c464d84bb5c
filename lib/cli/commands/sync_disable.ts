import { saveSettings } from "../../config/save.ts";
import { defineCommand } from "../command.ts";

/** Disables sync in the settings; identity and pairings stay. */
export const command = defineCommand({
  details: "`codemem sync enable` continues with the same identity and the same paired devices.",
  async run({ json }, { paths, output, announceChange }) {
    await saveSettings(paths.config, { sync_enabled: false });
    await announceChange();
    if (json) output.json({ enabled: false });
    else output.line("Sync is disabled");
  },
});
