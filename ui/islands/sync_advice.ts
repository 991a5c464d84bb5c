/** What is said of the parts of a device that sync needs. */
import type { StatusData } from "../page_data.ts";

/** An address that should be listened on. */
export type ListenerData = StatusData["listeners"][number];

/**
 * The addresses that should be listened on. Where nothing is listened on at all the device lists none:
 * then it is those of the settings.
 */
export function listenersOf(
  { enabled, listeners, last_error }: StatusData,
  config: { readonly binds: readonly string[]; readonly port: number },
): readonly ListenerData[] {
  if (!enabled || listeners.length > 0) return listeners;
  const { binds, port } = config;
  return binds.map((address) => ({
    address,
    port,
    listening: false,
    error: last_error,
    hint: null,
  }));
}

/** Whether devices are looked for on the local network. */
export function discoveryWords({ enabled, mdns }: StatusData): string {
  if (!mdns.enabled) return "off: devices are found at the addresses they were paired with";
  if (!enabled) return "on as soon as sync is";
  if (mdns.error !== null) {
    return mdns.active
      ? `on, but not everywhere: ${mdns.error}`
      : `does not work: ${mdns.error}. Stored addresses are used`;
  }
  return mdns.active ? "on: devices on the local network find each other" : "starting";
}

/** What keeps the device running. */
export function serviceWords(
  { service: { kind, installed, enabled, active } }: StatusData,
): string {
  if (kind === null) return "this system has none";
  if (!installed) return "not installed: `codemem sync install` starts codemem with every session";
  const start = enabled ? "starts with the session" : "does not start by itself";
  return `${kind}, ${start}${active ? ", runs this device" : ""}`;
}

/** Whether an attempt failed only because the peer was not there. */
export function isAbsence(errorCode: string | null): boolean {
  return errorCode === "unreachable" || errorCode === "timed_out";
}
