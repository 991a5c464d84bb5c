/** The settings in the names of the file, with where each value comes from. */
import { type Setting, SETTINGS, type Settings, variableOf } from "../config/schema.ts";
import type { RunningDevice } from "./running_device.ts";

/** Settings that take effect only when the program is started again. */
const NEEDS_RESTART: readonly string[] = ["log_level"];

/** The settings that hold. */
export async function settingsJson(device: RunningDevice) {
  const { settings, sources } = await device.settings();
  return {
    ...valuesJson(settings),
    sources,
    about: SETTINGS.map(aboutJson),
    interfaces: device.interfaceAddresses(),
  };
}

function valuesJson(settings: Settings) {
  return {
    device_name: settings.deviceName,
    sync_enabled: settings.syncEnabled,
    sync_bind: settings.syncBind,
    sync_port: settings.syncPort,
    sync_interval_s: settings.syncIntervalS,
    sync_mdns: settings.syncMdns,
    sync_advertise: settings.syncAdvertise,
    sync_key_store: settings.syncKeyStore,
    viewer_host: settings.viewerHost,
    viewer_port: settings.viewerPort,
    log_level: settings.logLevel,
  };
}

/** What a form says of a setting. */
function aboutJson(setting: Setting) {
  const { name, summary, type: { expected } } = setting;
  const needsRestart = NEEDS_RESTART.includes(name);
  return { name, summary, expected, variable: variableOf(setting), needs_restart: needsRestart };
}
