/** Making this device another one, from the command line. */
import { isLocked } from "../daemon/lock.ts";
import { CodememError } from "../errors.ts";
import { formatFingerprint } from "../model/format_fingerprint.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { renewIdentity } from "../runtime/identity.ts";
import type { CommandContext } from "./command.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";

/** Makes the new identity and shows it. @throws already_running */
export async function newIdentity(context: CommandContext, json: boolean): Promise<void> {
  if (await isLocked(context.paths.lock)) {
    throw new CodememError("already_running", "codemem serve is running with the old identity", {
      hint: "Run `codemem sync stop` first",
    });
  }
  const { settings } = await context.settings();
  const store = await context.openStore();
  const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
  const place = ownIdentityPlace(context, { store, settings });
  const { deviceId, fingerprint } = await renewIdentity(place, suffix);
  if (json) {
    context.output.json({ device_id: deviceId, fingerprint });
    return;
  }
  context.output.line(`device id    ${deviceId}`);
  context.output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
}
