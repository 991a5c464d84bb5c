/** SHA-256 of texts and bytes: the first few by ourselves, the others by the runtime. */
import { plainSha256 } from "./plain_sha256.ts";

/**
 * So much is hashed in less time than loading what hashes faster takes: see
 * docs/decisions/0027-what-a-command-loads.md.
 */
const FIRST_BYTES = 64 * 1024;

/** It decides who makes the next hash, and nothing about the hash. */
let hashedBytes = 0;

/** The SHA-256 of a text's UTF-8 bytes, or of bytes, as lowercase hex. */
export function sha256Hex(data: string | Uint8Array): string {
  if (hashedBytes + data.length <= FIRST_BYTES) {
    hashedBytes += data.length;
    return plainSha256(typeof data === "string" ? new TextEncoder().encode(data) : data);
  }
  // An import would load it from the start.
  return globalThis.process.getBuiltinModule("node:crypto").hash("sha256", data, "hex");
}
