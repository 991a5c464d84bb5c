/** A running device as the viewer sees it. */
import type { Settings } from "../config/schema.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import { CodememError } from "../errors.ts";
import type { SyncFault } from "../model/listener.ts";
import type { RotatedKey } from "../model/rotation.ts";
import { Feed } from "../store/memories/feed.ts";
import type { Store } from "../store/store.ts";
import { acceptInvite } from "../sync/pairing/accept.ts";
import { makeInvite } from "../sync/pairing/invite.ts";
import { ownAddresses } from "../sync/own_addresses.ts";
import { type ServiceReport, statusReport } from "../sync/report/status_report.ts";
import type { RunningDevice } from "../viewer/running_device.ts";
import type { DeviceEvents } from "./device_events.ts";
import { heldLook } from "./held_look.ts";
import { interfaceAddresses, syncContext } from "./network.ts";
import type { SettingsFile } from "./settings_file.ts";
import type { SyncSupervisor } from "./sync_supervisor.ts";

/** Options of {@link viewerDevice}. */
export interface ViewerDeviceOptions {
  readonly version: string;
  readonly store: Store;
  readonly nowMs: () => number;
  readonly sync: SyncSupervisor;
  readonly settingsFile: SettingsFile;
  /** The settings that have been taken up. */
  readonly settings: () => Settings;
  readonly facts: () => DaemonFacts;
  /** What keeps this device from proving who it is; null if nothing does. */
  readonly identityFault: () => SyncFault | null;
  readonly service: (facts: DaemonFacts) => ServiceReport;
  readonly events: DeviceEvents;
  readonly rotateKeys: () => Promise<RotatedKey>;
}

/** What the viewer is given of a running device. */
export function viewerDevice(options: ViewerDeviceOptions): RunningDevice {
  const { version, store, nowMs, settingsFile, events, rotateKeys } = options;
  const isHeld = heldLook(store, () => performance.now());
  return {
    version,
    store,
    feed: new Feed(store.context),
    nowMs,
    deviceName: () => options.settings().deviceName,
    status: () => report(options, isHeld()),
    settings: () => settingsFile.read(),
    changeSettings: (changes) => settingsFile.change(changes),
    interfaceAddresses,
    ...withOthers(options),
    rotateKeys,
    subscribe: (listener) => events.subscribe(listener),
  };
}

/** What is done with other devices: for that, sync has to run. */
function withOthers(options: ViewerDeviceOptions) {
  const { sync, settingsFile, events } = options;
  const requireService = () => {
    if (sync.service !== undefined) return sync.service;
    throw notRunning(options);
  };
  const context = () => syncContext({ ...options, identity: requireService().identity });
  const addresses = () => ownAddresses(options.settings(), interfaceAddresses());
  const requireListening = () => {
    if (!requireService().listeners.some(({ listening }) => listening)) throw notRunning(options);
  };
  return {
    syncNow: (peerDeviceIds) => requireService().syncNow(peerDeviceIds),
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
  } satisfies Partial<RunningDevice>;
}

function report(
  { store, version, nowMs, settings, facts, identityFault, service }: ViewerDeviceOptions,
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
    identityFault: identityFault(),
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
