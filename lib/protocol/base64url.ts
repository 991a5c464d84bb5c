/** Bytes as text that fits into a URL, a shell and JSON: base64url without padding (RFC 4648 §5). */
import { Buffer } from "node:buffer";

/** The one text of `bytes`. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** Reads exactly what {@link encodeBase64url} writes; `undefined` for any other text. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? new Uint8Array(bytes) : undefined;
}
