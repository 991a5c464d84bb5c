/** A look at the local network before peers are dialled from the command line. */
import { PeerDiscovery } from "../runtime/discovery.ts";
import type { Peer } from "../store/peers.ts";
import type { SyncTools } from "./sync_tools.ts";

/** Who is there answers within an eighth of a second (RFC 6762 §6); the rest is for a lost packet. */
const PATIENCE_MS = 500;
const LOOK_MS = 20;

/**
 * Looks for peers on the local network, for a moment or until all have been seen.
 *
 * @returns where each was seen, `host:port`, most credible first
 */
export async function lookForPeers(
  { store, settings, context }: SyncTools,
  peers: readonly Peer[],
  signal: AbortSignal,
): Promise<(peerDeviceId: string) => readonly string[]> {
  const sought = peers.filter(({ discoveryKey }) => discoveryKey !== null);
  if (!settings.syncMdns || sought.length === 0) return () => [];
  const discovery = new PeerDiscovery({
    ...{ store, settings, nowMs: context.nowMs, announce: false },
    // Stored addresses carry on.
    onFault: () => {},
  });
  const isMissing = ({ deviceId }: Peer) => discovery.addressesOf(deviceId).length === 0;
  const untilMs = performance.now() + PATIENCE_MS;
  while (sought.some(isMissing) && performance.now() < untilMs && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const seen = new Map(
    sought.map(({ deviceId }) => [deviceId, discovery.addressesOf(deviceId)] as const),
  );
  await discovery.stop();
  return (peerDeviceId) => seen.get(peerDeviceId) ?? [];
}
