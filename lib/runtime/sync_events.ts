/** What sync tells goes to whoever started the device, and to the pages that are open. */
import type { DeviceEvents } from "./device_events.ts";
import type { SyncEvents } from "./sync_service.ts";

/** @param onFault is told of what breaks, in place of whoever started the device */
export function syncEvents(
  { onSynced, onPaired }: SyncEvents,
  events: DeviceEvents,
  onFault: (thrown: unknown) => void,
): SyncEvents {
  return {
    onFault,
    onSynced(outcome) {
      const { deviceId: peerDeviceId } = outcome.peer;
      events.tell({ type: "synced", peerDeviceId, ok: outcome.error === undefined });
      onSynced?.(outcome);
    },
    onProgress: (peerDeviceId, progress) =>
      events.tell({ type: "progress", peerDeviceId, progress }),
    onNoted: () => events.tell({ type: "changed" }),
    onPaired(peer) {
      events.tell({ type: "paired", peerDeviceId: peer.deviceId, name: peer.name });
      onPaired?.(peer);
    },
  };
}
