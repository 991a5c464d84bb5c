/** SHA-256, from the runtime. */

/**
 * The SHA-256 of a text's UTF-8 bytes, or of bytes, as lowercase hex.
 *
 * The module is fetched when it is needed, and so is the one that it is fetched from, because importing
 * them costs every command as much as the rest of its start.
 */
export function sha256Hex(data: string | Uint8Array): string {
  return globalThis.process.getBuiltinModule("node:crypto").hash("sha256", data, "hex");
}
