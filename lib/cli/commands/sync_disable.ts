import { saveSettings } from "../../config/save.ts";
import { defineCommand } from "../command.ts";

/** Writes that sync is no longer wanted; identity and pairings stay. */
export const command = defineCommand({
  details: "The identity and the paired devices are kept for the next `codemem sync enable`.",
  async run({ json }, { paths, output, announceChange }) {
    await saveSettings(paths.config, { sync_enabled: false });
    await announceChange();
    if (json) output.json({ enabled: false });
    else output.line("Sync is disabled");
  },
});
