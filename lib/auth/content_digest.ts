/** The `Content-Digest` field (RFC 9530 §2), in the one form this protocol speaks: SHA-256. */
import { hash, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

const FORM = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** The field's value for a body, as it is sent: after any content coding. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${hash("sha256", body, "base64")}:`;
}

/** Whether `value` has the form that {@link contentDigest} writes. */
export function isContentDigest(value: string): boolean {
  return FORM.test(value);
}

/** Whether the field's value is that of `body`; false also where it has another form. */
export function contentDigestMatches(value: string, body: Uint8Array): boolean {
  if (!isContentDigest(value)) return false;
  // Compared as text, so that a second base64 spelling of the same bytes is not taken for the first.
  return timingSafeEqual(Buffer.from(value, "ascii"), Buffer.from(contentDigest(body), "ascii"));
}
