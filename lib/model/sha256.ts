/** SHA-256 of texts and bytes. */

/** The SHA-256 of a text's UTF-8 bytes, or of bytes, as lowercase hex. */
export function sha256Hex(data: string | Uint8Array): string {
  // Importing it would load it into commands that hash nothing: see decision 27.
  return globalThis.process.getBuiltinModule("node:crypto").hash("sha256", data, "hex");
}
