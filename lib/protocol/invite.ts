/**
 * Invitations: one word that carries a device's identity and addresses, and a token that is good once,
 * from one terminal to another. `cm1.` and the base64url of a JSON object, of characters that no shell
 * minds.
 */
import { Buffer } from "node:buffer";
import { CodememError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import { cleanDeviceName, isSyncDeviceId } from "../model/device.ts";
import { sha256Hex } from "../model/sha256.ts";
import { decodeAddresses } from "./addresses.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { parseJsonBody } from "./json_body.ts";
import { MAX_INVITE_LENGTH } from "./limits.ts";
import { isFingerprint } from "./members.ts";
import { expandPublicKey, shortenPublicKey } from "./public_key.ts";

/** What one device tells another to be paired with it. */
export interface Invite {
  readonly deviceId: string;
  readonly name: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
  /** `host:port` each, best first. */
  readonly addresses: readonly string[];
  /** 16 bytes that only the two devices know. */
  readonly token: Uint8Array;
  /** Milliseconds since 1970, in whole seconds. */
  readonly expiresAtMs: number;
  /** The inviter has already pinned the one who accepts: the second half of a job. */
  readonly pinned: boolean;
}

const PREFIX = "cm1.";
const TOKEN_BYTES = 16;
/** The name in full, and where that is too long, its first so many characters. */
const NAME_LENGTHS = [Infinity, 20, 8, 1];
const CHECK = /^(\{.*),"check":"([A-Za-z0-9_-]{6})"\}$/s;
/** Far more than a pasted command has. */
const MAX_TEXT_LENGTH = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The payload of an invitation, at most {@link MAX_INVITE_LENGTH} characters. What does not fit is
 * left out: of the name all but its beginning, then the last addresses.
 */
export function encodeInvite(invite: Invite): string {
  let best = "";
  for (const length of NAME_LENGTHS) {
    const name = Array.from(invite.name).slice(0, length).join("").trim();
    const addresses: string[] = [];
    best = encodeWith(invite, name, addresses);
    for (const address of invite.addresses) {
      const payload = encodeWith(invite, name, [...addresses, address]);
      if (payload.length > MAX_INVITE_LENGTH) continue;
      addresses.push(address);
      best = payload;
    }
    const isLast = length === NAME_LENGTHS.at(-1);
    const wanted = length === Infinity ? invite.addresses.length : 1;
    const isEnough = addresses.length >= Math.min(wanted, invite.addresses.length);
    if (best.length <= MAX_INVITE_LENGTH && (isEnough || isLast)) break;
  }
  return best;
}

/** The command that accepts an invitation on the other device. */
export function pairingCommand(payload: string): string {
  return `codemem sync pair --accept '${payload}'`;
}

/**
 * Reads an invitation, also within a pasted command, in quotes, or broken over lines by a terminal.
 *
 * @param fingerprintOf the fingerprint of a public key line
 * @throws {CodememError} `invite_invalid`, saying whether it is cut off, changed, of a newer version or
 * something else altogether
 */
export function decodeInvite(text: string, fingerprintOf: (line: string) => string): Invite {
  const payload = findPayload(text) ?? findPayload(text.replace(/\s+/g, ""));
  if (payload === undefined) throw explain(text.trim());
  return readInvite(JSON.parse(payload) as JsonObject, fingerprintOf);
}

function encodeWith(invite: Invite, name: string, addresses: readonly string[]): string {
  const members = JSON.stringify({
    device_id: invite.deviceId,
    name,
    fingerprint: invite.fingerprint,
    public_key: shortenPublicKey(invite.publicKey),
    addresses,
    token: encodeBase64url(invite.token),
    expires_at: Math.floor(invite.expiresAtMs / 1_000),
    ...(invite.pinned ? { pinned: true } : {}),
  });
  const open = members.slice(0, -1);
  return PREFIX + encodeBase64url(encoder.encode(`${open},"check":"${checkOf(open)}"}`));
}

/** Finds a slip of the hand, such as a character lost in copying; it protects against no one. */
function checkOf(open: string): string {
  return encodeBase64url(Buffer.from(sha256Hex(open).slice(0, 8), "hex"));
}

/** The JSON of the payload in `text`; `undefined` where there is none that is whole. */
function findPayload(text: string): string | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const encoded = /cm1\.([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? "";
  const bytes = decodeBase64url(encoded);
  if (bytes === undefined || !isJsonObject(parseJsonBody(bytes))) return undefined;
  const json = decoder.decode(bytes);
  const [, open, check] = CHECK.exec(json) ?? [];
  return open !== undefined && checkOf(open) === check ? json : undefined;
}

function readInvite(value: JsonObject, fingerprintOf: (line: string) => string): Invite {
  const { device_id: deviceId, fingerprint, expires_at: expiresAt } = value;
  const name = typeof value.name === "string" ? cleanDeviceName(value.name) : undefined;
  const publicKey = expandPublicKey(String(value.public_key));
  const token = decodeBase64url(String(value.token));
  const addresses = decodeAddresses(value.addresses);
  if (!isSyncDeviceId(deviceId)) throw damaged("device_id");
  if (name === undefined) throw damaged("name");
  if (!isFingerprint(fingerprint)) throw damaged("fingerprint");
  if (publicKey === undefined) throw damaged("public_key");
  if (addresses === undefined) throw damaged("addresses");
  if (token?.length !== TOKEN_BYTES) throw damaged("token");
  if (!isUnixTime(expiresAt)) throw damaged("expires_at");
  if (fingerprintOf(publicKey) !== fingerprint) {
    throw invalid("its fingerprint is not that of its key", "Do not use it: make a new one");
  }
  const pinned = value.pinned === true;
  const expiresAtMs = expiresAt * 1_000;
  return { deviceId, name, fingerprint, publicKey, addresses, token, expiresAtMs, pinned };
}

function isUnixTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1e11;
}

/** Says what a text is that is no invitation. */
function explain(text: string): CodememError {
  const again = "Copy the whole line that `codemem sync pair` prints on the other device";
  if (text === "") return invalid("it is empty", again);
  if (text.length > MAX_TEXT_LENGTH) return invalid("it is too long to be one", again);
  if (text.includes(PREFIX)) return explainDamage(text, again);
  const version = /(?:^|[^A-Za-z0-9_])cm(\d{1,4})\.[A-Za-z0-9_-]/.exec(text)?.[1];
  if (version !== undefined) {
    return invalid(`it has version ${version}`, "Update codemem on this device");
  }
  if (PREFIX.startsWith(text)) return invalid("it is cut off", again);
  if (/^['"]?\{/.test(text)) {
    return invalid("it is JSON, perhaps of another program", again);
  }
  if (/^https?:/i.test(text)) return invalid("it is an address of a web page", again);
  return invalid("it does not begin with cm1.", again);
}

/**
 * A text that was cut off has lost the end of its JSON, one that was changed has not, and behind one
 * that is whole something may stand.
 */
function explainDamage(text: string, again: string): CodememError {
  const start = text.indexOf(PREFIX);
  const encoded = /^[A-Za-z0-9_-]*/.exec(text.slice(start + PREFIX.length))![0];
  const isTooLong = [1, 2, 3, 4].some((more) =>
    findPayload(PREFIX + encoded.slice(0, -more)) !== undefined
  );
  if (isTooLong) return invalid("it has characters too many at its end", again);
  const json = Buffer.from(encoded, "base64url").toString();
  return invalid(json.endsWith('"}') ? "a part of it was changed" : "it is cut off", again);
}

function damaged(member: string): CodememError {
  return invalid(`${member} is missing or wrong`, "Make a new one with `codemem sync pair`");
}

function invalid(problem: string, hint: string): CodememError {
  return new CodememError("invite_invalid", `Cannot read the invitation: ${problem}`, { hint });
}
