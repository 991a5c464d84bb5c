/** Making this device another one, from the command line. */
import { formatFingerprint } from "../model/format_fingerprint.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { type Identity, renewIdentity } from "../runtime/identity.ts";
import type { CommandContext } from "./command.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";
import { takeDevice } from "./take_device.ts";

/** Options of {@link newIdentity}. */
export interface NewIdentityOptions {
  /** Whether what runs the device is ended first. */
  readonly stop: boolean;
  readonly json: boolean;
}

/** Makes the new identity and shows it. @throws already_running */
export async function newIdentity(
  context: CommandContext,
  { stop, json }: NewIdentityOptions,
): Promise<void> {
  const running = "codemem serve is running with the old identity";
  const lock = await takeDevice(context, { stop, running });
  try {
    const { deviceId, fingerprint } = await makeIdentity(context);
    if (json) return context.output.json({ device_id: deviceId, fingerprint });
    context.output.line(`device id    ${deviceId}`);
    context.output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
  } finally {
    lock.release();
  }
}

async function makeIdentity(context: CommandContext): Promise<Identity> {
  const { settings } = await context.settings();
  const store = await context.openStore();
  const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
  return await renewIdentity(ownIdentityPlace(context, { store, settings }), suffix);
}
