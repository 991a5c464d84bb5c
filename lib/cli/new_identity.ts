/** Making this device another one, from the command line. */
import { acquireLock, isLocked } from "../daemon/lock.ts";
import { formatFingerprint } from "../model/format_fingerprint.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { type Identity, renewIdentity } from "../runtime/identity.ts";
import type { CommandContext } from "./command.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";
import { requireStartable } from "./require_startable.ts";
import { startDaemon } from "./start_daemon.ts";
import { stopDaemon } from "./stop_daemon.ts";

/**
 * Makes the new identity and shows it. A `serve` that runs with the old one is ended for it, and started
 * again.
 *
 * @throws what ending and starting can fail with; what an identity can fail with
 */
export async function newIdentity(context: CommandContext, json: boolean): Promise<void> {
  const { paths, output } = context;
  const wasRunning = await isLocked(paths.lock);
  if (wasRunning) {
    await requireStartable(context);
    await stopDaemon(context, { force: false });
  }
  const { deviceId, fingerprint } = await renew(context, { keepsPermissions: wasRunning });
  if (json) output.json({ device_id: deviceId, fingerprint });
  else {
    output.line(`device id    ${deviceId}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
  }
  if (!wasRunning) return;
  const { facts } = await startDaemon(context);
  output.note(`codemem serve has ended, and runs again with the new identity, pid ${facts.pid}`);
}

async function renew(
  context: CommandContext,
  options: { readonly keepsPermissions: boolean },
): Promise<Identity> {
  const { settings } = await context.settings();
  const store = await context.openStore(options);
  // Nobody starts with the old identity meanwhile.
  const lock = await acquireLock(context.paths.lock);
  try {
    const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
    return await renewIdentity(ownIdentityPlace(context, { store, settings }), suffix);
  } finally {
    lock.release();
  }
}
