/** Making this device another one, from the command line. */
import { acquireLock, isLocked } from "../../daemon/lock.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { type Identity, renewIdentity } from "../../runtime/identity.ts";
import type { CommandContext } from "../command.ts";
import { makeDeviceFolder } from "./open_device_store.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";
import { requireStartable } from "./require_startable.ts";
import { startDaemon } from "./start_daemon.ts";
import { stopDaemon } from "./stop_daemon.ts";

/** The device that this one was. */
export interface FormerIdentity {
  readonly deviceId: string;
  /** Whether others may still trust it. */
  readonly wasPaired: boolean;
}

/**
 * Makes the new identity and shows it. A `serve` that runs with the old one is ended for it, and started
 * again, also where no new one can be made.
 *
 * @throws what ending and starting can fail with; what an identity can fail with
 */
export async function newIdentity(
  context: CommandContext,
  json: boolean,
): Promise<FormerIdentity> {
  const { paths, output } = context;
  const wasRunning = await isLocked(paths.lock);
  if (wasRunning) {
    await requireStartable(context);
    await stopDaemon(context, { force: false });
  }
  const { identity, former } = await renew(context, { keepsPermissions: wasRunning })
    .catch(async (error) => {
      if (wasRunning) await startAgain(context);
      throw error;
    });
  const { deviceId, fingerprint } = identity;
  if (json) {
    output.json({ device_id: deviceId, fingerprint, previous_device_id: former.deviceId });
  } else {
    output.line(`device id    ${deviceId}`);
    output.line(`before       ${former.deviceId}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
  }
  if (wasRunning) {
    const { facts } = await startDaemon(context);
    output.note(`codemem serve has ended, and runs again with the new identity, pid ${facts.pid}`);
  }
  if (former.wasPaired) output.note("Pair it with the other devices again: `codemem sync pair`");
  return former;
}

/** Why there is no new identity is what is to be told; that the device is down is said besides. */
async function startAgain(context: CommandContext): Promise<void> {
  try {
    await startDaemon(context);
  } catch {
    context.output.note("codemem serve has ended; `codemem sync start` starts it again");
  }
}

/** What ends, on another device, the trust in the one that this device was. */
export function removalOf({ deviceId }: FormerIdentity): string {
  return `\`codemem sync peers remove ${deviceId}\``;
}

async function renew(
  context: CommandContext,
  options: { readonly keepsPermissions: boolean },
): Promise<{ readonly identity: Identity; readonly former: FormerIdentity }> {
  const { settings } = await context.settings();
  makeDeviceFolder(context.paths);
  // Nobody starts with the old identity meanwhile. With the store open, what that takes may be given up.
  const lock = await acquireLock(context.paths.lock);
  try {
    const store = await context.openStore(options);
    const former = { deviceId: store.deviceId, wasPaired: store.peers.list().length > 0 };
    const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
    const place = ownIdentityPlace(context, { store, settings });
    return { identity: await renewIdentity(place, suffix), former };
  } finally {
    lock.release();
  }
}
