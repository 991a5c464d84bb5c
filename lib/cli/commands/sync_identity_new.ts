import { isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { renewIdentity } from "../../runtime/identity.ts";
import { defineCommand } from "../command.ts";

/** Makes this device another one: for a lost or damaged key, and for a cloned machine. */
export const command = defineCommand({
  options: { yes: { type: "flag", summary: "do it: every device must be paired again" } },
  details: "Memories stay. The old key files are moved aside, not deleted.",
  async run({ options, json }, context) {
    if (!options.yes) {
      throw new CodememError("usage", "A new identity ends every pairing of this device", {
        hint: "If that is what you want, run `codemem sync identity new --yes`",
      });
    }
    if (await isLocked(context.paths.lock)) {
      throw new CodememError("already_running", "codemem serve is running with the old identity", {
        hint: "Run `codemem sync stop` first",
      });
    }
    const { settings } = await context.settings();
    const store = await context.openStore();
    const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
    const { deviceId, fingerprint } = await renewIdentity({
      store,
      keysDir: context.paths.keys,
      settings,
    }, suffix);
    if (json) {
      context.output.json({ device_id: deviceId, fingerprint });
      return;
    }
    context.output.line(`device id    ${deviceId}`);
    context.output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
  },
});
