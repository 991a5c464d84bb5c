/** Bodies: JSON in UTF-8. */
import type { Json } from "../model/canonical_json.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads a body.
 *
 * @returns the value, or `undefined` where the bytes are not JSON (RFC 8259) in UTF-8, or are nested
 * deeper than {@link MAX_JSON_DEPTH}
 */
export function parseJsonBody(bytes: Uint8Array): Json | undefined {
  return isTooDeep(bytes) ? undefined : parseJson(bytes);
}

/** The same for bytes whose depth is known. */
export function parseJson(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(decoder.decode(bytes)) as Json;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Looked at before parsing: millions of brackets would become millions of objects. */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    // `{` and `[` differ in one bit, and so do `}` and `]`.
    const byte = bytes[at]! & 0xdf;
    if (bytes[at] === QUOTE) at = endOfText(bytes, at);
    else if (byte === 0x5b && ++depth > MAX_JSON_DEPTH) return true;
    else if (byte === 0x5d) depth--;
  }
  return false;
}

/** The place of the quote that closes the text opened at `start`; the end of the bytes where none does. */
export function endOfText(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (bytes[before] === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return bytes.length;
}
