/** What is said of the parts of a device that sync needs. */
import type { StatusData } from "../page_data.ts";

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
