/** Whether what the settings name can be listened on, before the device that runs is stopped for it. */
import type { Settings } from "../config/schema.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import { listenHttp } from "../net/http_listener.ts";
import { requireListenable } from "../net/try_listen.ts";

/**
 * Requires that a device with these settings can listen, besides what the running one holds by itself.
 * A service that listens elsewhere than the settings say here has variables of its own: where it will
 * listen is not known.
 *
 * @param running the device, where it runs
 * @throws port_in_use, address_unavailable
 */
export async function requireBindable(
  settings: Settings,
  running: DaemonFacts | undefined,
): Promise<void> {
  await requireViewer(settings, running);
  await requireSync(settings, running);
}

async function requireViewer(
  { viewerHost: host, viewerPort: port }: Settings,
  running: DaemonFacts | undefined,
): Promise<void> {
  const held = running?.viewer;
  const isHeld = held?.port === port && held.host === host;
  if (isHeld || running?.asService) return;
  const handler = () => new Response(null, { status: 503 });
  await (await listenHttp({ host, port, handler })).close();
}

async function requireSync(
  { syncEnabled, syncBind: binds, syncPort }: Settings,
  running: DaemonFacts | undefined,
): Promise<void> {
  const isElsewhere = running?.listeners.every(({ port }) => port !== syncPort);
  if (!syncEnabled || (running?.asService && isElsewhere)) return;
  const isHeld = running?.listeners.some(({ listening, port }) => listening && port === syncPort);
  // What the device holds itself is free when it has ended; the addresses may be others all the same.
  await requireListenable({ binds, port: isHeld ? 0 : syncPort });
}
