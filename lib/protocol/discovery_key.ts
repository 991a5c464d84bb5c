/** The key by which a device's adverts on the local network are recognised, on the wire. */
import { decodeBase64url } from "./base64url.ts";

const DISCOVERY_KEY_BYTES = 32;

/** Reads the base64url of a discovery key; `undefined` for anything else. */
export function readDiscoveryKey(value: unknown): Uint8Array | undefined {
  const bytes = typeof value === "string" ? decodeBase64url(value) : undefined;
  return bytes?.length === DISCOVERY_KEY_BYTES ? bytes : undefined;
}
