import { saveSettings } from "../../config/save.ts";
import { formatFingerprint } from "../../auth/format_fingerprint.ts";
import { ensureIdentity } from "../../runtime/identity.ts";
import { readFacts } from "../../daemon/facts.ts";
import { defineCommand } from "../command.ts";

/** Makes the identity where there is none and writes that sync is wanted. */
export const command = defineCommand({
  details: "Starts nothing; a `codemem serve` that runs takes it up at once.",
  async run({ json }, context) {
    const { paths, output } = context;
    const { settings } = await context.settings();
    const store = await context.openStore();
    const { deviceId, fingerprint } = await ensureIdentity({
      store,
      keysDir: paths.keys,
      settings,
    });
    await saveSettings(paths.config, { sync_enabled: true });
    await context.announceChange();
    const runs = await readFacts(paths) !== undefined;
    if (json) {
      output.json({
        enabled: true,
        device_id: deviceId,
        device_name: settings.deviceName,
        fingerprint,
      });
      return;
    }
    output.line(`Sync is enabled on ${settings.deviceName}`);
    output.line(`device id    ${deviceId}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
    if (!runs) {
      output.note("Next: `codemem serve` answers other devices; `codemem sync pair` invites one");
    }
  },
});
