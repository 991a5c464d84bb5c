import { saveSettings } from "../../config/save.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { ensureIdentity } from "../../runtime/identity.ts";
import { awaitSync } from "../../daemon/await_daemon.ts";
import { lookAtDaemon } from "../../daemon/facts.ts";
import { reworded, toCodememError } from "../../errors.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { showStarted, startedJson } from "../output/daemon_view.ts";
import { ownIdentityPlace } from "../device/own_identity_place.ts";
import { requireSync, startDaemon, type StartedDaemon } from "../device/start_daemon.ts";
import { keyLine } from "../output/status_view.ts";

/** A running device is told that the settings have changed, and then needs a moment. */
const TAKE_UP_MS = 5_000;

/** Makes the identity where there is none and writes that sync is wanted. */
export const command = defineCommand({
  options: { start: { type: "flag", summary: "also run this device in the background" } },
  details:
    "A `codemem serve` that is running begins to sync at once; otherwise nothing is started\n" +
    "without --start.",
  async run({ options, json }, context) {
    const { paths, output } = context;
    const { settings } = await context.settings();
    // Who holds a port is seen by a process alone that may do everything.
    const store = await context.openStore({ keepsPermissions: options.start });
    const place = ownIdentityPlace(context, { store, settings });
    const { deviceId, fingerprint } = await ensureIdentity(place);
    const { keyStore, keyStoreNote } = store.device.record();
    await saveSettings(paths.config, { sync_enabled: true });
    await context.announceChange();
    const started = options.start ? await startWithSync(context) : undefined;
    if (json) {
      output.json({
        enabled: true,
        device_id: deviceId,
        device_name: settings.deviceName,
        fingerprint,
        key_store: keyStore,
        key_store_note: keyStoreNote,
        ...(started === undefined ? {} : { daemon: startedJson(started) }),
      });
      return;
    }
    output.line(`Sync is enabled on ${settings.deviceName}`);
    output.line(`device id    ${deviceId}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
    output.line(
      `key          ${
        keyLine({ name: keyStore, note: keyStoreNote, leftOver: null, staleCopy: null })
      }`,
    );
    if (started !== undefined) showStarted(started, output);
    else if ((await lookAtDaemon(paths)).state === "stopped") {
      output.note(
        "Next: `codemem sync start` answers other devices; `codemem sync pair` invites one",
      );
    }
  },
});

/** A device that runs already takes up by itself that sync is enabled. */
async function startWithSync(context: CommandContext): Promise<StartedDaemon> {
  try {
    const started = await startDaemon(context);
    const facts = await awaitSync(context.paths, TAKE_UP_MS) ?? started.facts;
    return { ...started, facts: await requireSync(facts, context) };
  } catch (thrown) {
    const error = toCodememError(thrown);
    throw reworded(error, `Sync is enabled, but has not started: ${error.message}`);
  }
}
