/** The public key line in the short form in which an invitation carries it. */
import { Buffer } from "node:buffer";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";

const KEY_BYTES = 32;
/** What stands before the raw key within the line's base64 (RFC 8709 §4). */
const PREFIX = Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20", "latin1");
const LINE = /^ssh-ed25519 ([A-Za-z0-9+/]{68})$/;

/** Whether `value` has the form of a public key line without comment. */
export function isPublicKeyLine(value: unknown): value is string {
  return typeof value === "string" && LINE.test(value) &&
    expandPublicKey(shortenPublicKey(value)) === value;
}

/** The raw key of a public key line, as base64url. */
export function shortenPublicKey(line: string): string {
  const wire = Buffer.from(LINE.exec(line)?.[1] ?? "", "base64");
  return encodeBase64url(wire.subarray(PREFIX.length));
}

/** The public key line of a raw key; `undefined` where `text` is not 32 bytes of base64url. */
export function expandPublicKey(text: string): string | undefined {
  const raw = decodeBase64url(text);
  if (raw?.length !== KEY_BYTES) return undefined;
  return `ssh-ed25519 ${Buffer.concat([PREFIX, raw]).toString("base64")}`;
}
