/** The tag by which paired devices recognise each other's adverts, and nobody else does. */
import { createHmac } from "node:crypto";

/** How long an advert stands, in milliseconds: then its names and its tag are replaced. */
export const EPOCH_MS = 10 * 60 * 1_000;

const TAG_BYTES = 16;

/** The epoch of a moment in milliseconds since 1970: the same number on every device. */
export function epochOf(nowMs: number): number {
  return Math.floor(nowMs / EPOCH_MS);
}

/**
 * The tag of a device within one epoch: the first 16 bytes of an HMAC-SHA-256, as base64url.
 *
 * @param discoveryKey the device's 32 bytes, known to its peers alone
 */
export function discoveryTag(discoveryKey: Uint8Array, epoch: number): string {
  return createHmac("sha256", discoveryKey)
    .update(`codemem-mdns-3\n${epoch}`)
    .digest()
    .subarray(0, TAG_BYTES)
    .toString("base64url");
}
