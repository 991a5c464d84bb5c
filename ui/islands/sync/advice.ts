/** Words for the parts of a device that sync needs: key, discovery, service. */
import type { StatusData } from "../../page_data.ts";

const KEY_PLACES: Readonly<Record<string, string>> = {
  none: "there is none yet",
  file: "kept in a file that only you can read",
  keychain: "kept in the keychain of the system",
};

/** Where the key is, why it is not in a keychain, and where a copy of it still is. */
export function keyWords(
  { key_store, key_store_note, key_store_left_over, key_store_stale_copy }: Pick<
    StatusData,
    "key_store" | "key_store_note" | "key_store_left_over" | "key_store_stale_copy"
  >,
): string {
  const parts = [KEY_PLACES[key_store ?? "none"]!];
  if (key_store_note !== null) parts[0] += `, not in a keychain: ${key_store_note}`;
  if (key_store_left_over !== null) parts.push(`a copy is still in the ${key_store_left_over}`);
  if (key_store_stale_copy !== null) {
    parts.push(
      `a copy of an earlier key is in the ${key_store_stale_copy}: ` +
        `\`codemem sync move-key ${key_store} --stop\` removes it`,
    );
  }
  return parts.join("; ");
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
