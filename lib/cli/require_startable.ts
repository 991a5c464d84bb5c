/** Making sure that this device can be started, before the one that runs is stopped for it. */
import { type DaemonFacts, readFacts } from "../daemon/facts.ts";
import { reworded, toCodememError } from "../errors.ts";
import { listenHttp } from "../net/http_listener.ts";
import { requireListenable } from "../net/try_listen.ts";
import type { Settings } from "../config/schema.ts";
import type { CommandContext } from "./command.ts";
import { explainPort } from "./port_holder.ts";

/**
 * Requires that the settings are valid and that what they name can be listened on, besides what the
 * running device holds by itself.
 *
 * @throws invalid_config; port_in_use, io_failed
 */
export async function requireStartable(context: CommandContext): Promise<void> {
  const running = await readFacts(context.paths);
  try {
    const { settings } = await context.settings();
    await requireViewer(settings, running);
    await requireSync(settings, running);
  } catch (thrown) {
    const error = await explainPort(toCodememError(thrown), context, { daemonPid: running?.pid });
    throw reworded(error, `Not restarted: ${error.message}`);
  }
}

async function requireViewer(
  { viewerHost: host, viewerPort: port }: Settings,
  running: DaemonFacts | undefined,
): Promise<void> {
  const held = running?.viewer;
  if (held?.port === port && held.host === host) return;
  await listenHttp({ host, port, handler: () => new Response(null, { status: 503 }) }).close();
}

async function requireSync(
  { syncEnabled, syncBind: binds, syncPort }: Settings,
  running: DaemonFacts | undefined,
): Promise<void> {
  if (!syncEnabled) return;
  const isHeld = running?.listeners.some(({ listening, port }) => listening && port === syncPort);
  // What the device holds itself is free when it has ended; the addresses may be others all the same.
  await requireListenable({ binds, port: isHeld ? 0 : syncPort });
}
