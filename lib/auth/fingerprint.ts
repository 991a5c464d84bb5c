/**
 * The public face of a device's key: its one-line form, as OpenSSH writes it (RFC 8709 §4), and the
 * fingerprint that people compare and peers pin.
 */
import { createPublicKey, hash, type KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";

const ALGORITHM = "ssh-ed25519";
const KEY_BYTES = 32;
/** What stands before the raw key in its ssh form: two length-prefixed fields, name and key. */
const SSH_PREFIX = Buffer.concat([
  Buffer.from([0, 0, 0, ALGORITHM.length]),
  Buffer.from(ALGORITHM, "ascii"),
  Buffer.from([0, 0, 0, KEY_BYTES]),
]);
/** What stands before the raw key in its SubjectPublicKeyInfo (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/**
 * The line of an Ed25519 public key: `ssh-ed25519 <base64>`, without a comment.
 *
 * @param key the public key, or a private one whose public half is meant
 */
export function publicKeyLine(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const spki = publicKey.export({ type: "spki", format: "der" });
  const raw = spki.subarray(SPKI_PREFIX.length);
  return `${ALGORITHM} ${Buffer.concat([SSH_PREFIX, raw]).toString("base64")}`;
}

/**
 * Reads exactly what {@link publicKeyLine} writes: no comment, no other spelling of the base64.
 *
 * @returns the public key, or `undefined` where `text` is anything else
 */
export function parsePublicKeyLine(text: string): KeyObject | undefined {
  const match = /^ssh-ed25519 ([A-Za-z0-9+/]{68})$/.exec(text);
  if (match === null) return undefined;
  const wire = Buffer.from(match[1]!, "base64");
  // 68 characters are 51 bytes exactly, so the base64 has no second spelling.
  if (!wire.subarray(0, SSH_PREFIX.length).equals(SSH_PREFIX)) return undefined;
  const spki = Buffer.concat([SPKI_PREFIX, wire.subarray(SSH_PREFIX.length)]);
  try {
    return createPublicKey({ key: spki, format: "der", type: "spki" });
  } catch {
    // The bytes are not a point of the curve.
    return undefined;
  }
}

/** SHA-256 of a public key line without comment, as 64 lowercase hex digits. */
export function fingerprintOf(line: string): string {
  return hash("sha256", line, "hex");
}

/** Whether `value` is a fingerprint as {@link fingerprintOf} writes it. */
export function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
