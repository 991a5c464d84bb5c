/** Undoing gzip, up to a size and no further: a few bytes may stand for gigabytes. */
import { gunzipSync } from "node:zlib";
import { systemCode } from "../errors.ts";

/** @returns why there are no bytes, where there are none: too many of them, or none that are gzip's */
export function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array | "too_large" | "not_gzip" {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    return systemCode(error) === "ERR_BUFFER_TOO_LARGE" ? "too_large" : "not_gzip";
  }
}
