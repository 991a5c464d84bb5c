/** A running device as the viewer sees it. */
import type { Settings } from "../config/schema.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import { CodememError } from "../errors.ts";
import type { RotatedKey } from "../model/rotation.ts";
import type { Store } from "../store/store.ts";
import { acceptInvite } from "../sync/accept.ts";
import type { SyncContext } from "../sync/context.ts";
import { makeInvite } from "../sync/invite.ts";
import { ownAddresses } from "../sync/own_addresses.ts";
import { type ServiceReport, statusReport } from "../sync/status_report.ts";
import type { RunningDevice, SettingChanges } from "../viewer/running_device.ts";
import type { DeviceEvents } from "./device_events.ts";
import { heldLook } from "./held_look.ts";
import { interfaceAddresses, syncContext } from "./network.ts";
import type { SettingsFile } from "./settings_file.ts";
import type { SyncKeeper } from "./sync_keeper.ts";

/** Options of {@link viewerDevice}. */
export interface ViewerDeviceOptions {
  readonly version: string;
  readonly store: Store;
  readonly nowMs: () => number;
  readonly sync: SyncKeeper;
  readonly settingsFile: SettingsFile;
  /** The settings that have been taken up. */
  readonly settings: () => Settings;
  readonly facts: () => DaemonFacts;
  readonly service: (facts: DaemonFacts) => ServiceReport;
  readonly events: DeviceEvents;
  readonly rotateKeys: () => Promise<RotatedKey>;
}

/** What the viewer is given of a running device. */
export function viewerDevice(options: ViewerDeviceOptions): RunningDevice {
  const { store, version, nowMs, sync, settingsFile, events } = options;
  const context = (): SyncContext => syncContext({ store, version, nowMs, identity: identity() });
  const identity = () => {
    if (sync.service !== undefined) return sync.service.identity;
    throw notRunning(options);
  };
  const addresses = () => ownAddresses(options.settings(), interfaceAddresses());
  const requireListening = () => {
    const isListening = sync.service?.listeners.some(({ listening }) => listening) ?? false;
    if (!isListening) throw notRunning(options);
  };
  const isHeld = heldLook(store, () => performance.now());
  return {
    version,
    store,
    nowMs,
    deviceName: () => options.settings().deviceName,
    status: () => report(options, isHeld()),
    settings: () => settingsFile.read(),
    changeSettings: (changes: SettingChanges) => settingsFile.change(changes),
    interfaceAddresses,
    syncNow(peerDeviceIds) {
      if (sync.service === undefined) throw notRunning(options);
      sync.service.syncNow(peerDeviceIds);
    },
    requireListening,
    ownAddresses: addresses,
    invite() {
      requireListening();
      return makeInvite(context(), { addresses: addresses(), replaceKey: false, pinned: false });
    },
    async accept(text, rest) {
      // Sync may be starting: whoever has just enabled it may go on at once.
      await settingsFile.settled();
      const accepted = await acceptInvite(context(), text, { ...rest, ownAddresses: addresses() });
      const { outcome, deviceId: peerDeviceId, name } = accepted;
      if (outcome === "paired") events.tell({ type: "paired", peerDeviceId, name });
      return accepted;
    },
    rotateKeys: options.rotateKeys,
    subscribe: (listener) => events.subscribe(listener),
  };
}

function report(
  { store, version, nowMs, settings, facts, service }: ViewerDeviceOptions,
  databaseHeld: boolean,
) {
  const daemon = facts();
  const { syncEnabled, deviceName, syncMdns, syncBind, syncPort } = settings();
  return statusReport(store, {
    enabled: syncEnabled,
    deviceName,
    mdnsEnabled: syncMdns,
    version,
    daemon,
    service: service(daemon),
    binds: syncBind,
    port: syncPort,
    databaseHeld,
    nowMs: nowMs(),
  });
}

/** Why nothing can be done with other devices now. */
function notRunning({ settings, sync }: ViewerDeviceOptions): CodememError {
  if (!settings().syncEnabled) {
    return new CodememError("sync_disabled", "Sync is disabled on this device", {
      hint: "Enable it first",
    });
  }
  return new CodememError("not_running", "Sync is enabled but does not run", {
    hint: sync.error?.message ?? "The status says why",
  });
}
