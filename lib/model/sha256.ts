/** SHA-256, from the runtime. */
import process from "node:process";

/**
 * The SHA-256 of a text's UTF-8 bytes, or of bytes, as lowercase hex.
 *
 * The module is fetched when it is needed, because importing it costs every command as much as the
 * rest of its start.
 */
export function sha256Hex(data: string | Uint8Array): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", data, "hex");
}
