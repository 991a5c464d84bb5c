/**
 * Who sent a request, proven: every check of an incoming request, in one order, in one place.
 *
 * Cheap checks come first; the signature before the body is read, so that a stranger cannot make this
 * device hold a body for him; the nonce last, so that only a verified caller can write anything.
 */
import { CodememError, type ErrorCode } from "../errors.ts";
import { contentDigestMatches } from "../auth/content_digest.ts";
import { checkFreshness } from "../auth/freshness.ts";
import { type ParsedSignature, readSignature, verifySignature } from "../auth/request_signature.ts";
import type { VerificationKeys } from "../auth/verification_keys.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { claimsTooMuch, decodeBody, readBody } from "./request_body.ts";

/** What is known of other devices, and of the requests they made. */
export interface TrustStore {
  findPeer(deviceId: string): PinnedPeer | undefined;
  /**
   * Remembers the nonce of a verified request; false where it was seen before or is older than what
   * the store still remembers.
   */
  recordNonce(nonce: {
    readonly peerDeviceId: string;
    readonly nonce: string;
    readonly createdS: number;
    readonly nowS: number;
  }): boolean;
}

/** A peer as far as trust needs it. */
export interface PinnedPeer {
  readonly deviceId: string;
  /** `ssh-ed25519 <base64>`. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Canonical timestamp; null where it is not removed. */
  readonly removedAt: string | null;
}

/** What {@link authenticate} judges by. */
export interface AuthenticateOptions {
  readonly trust: TrustStore;
  readonly keys: VerificationKeys;
  /** This device's id. */
  readonly deviceId: string;
  readonly nowMs: number;
  /** For the body as sent and as inflated. */
  readonly maxBodyBytes: number;
}

/** The caller and the body it sent, content coding undone; or why it is refused. */
export type Authentication =
  | { readonly ok: true; readonly peerDeviceId: string; readonly body: Uint8Array }
  | { readonly ok: false; readonly refusal: CodememError };

/**
 * Authenticates a request (RFC 9421 §3.2). `request.url` must hold the target as it was sent.
 *
 * @throws {CodememError} only what the store throws
 */
export async function authenticate(
  request: Request,
  options: AuthenticateOptions,
): Promise<Authentication> {
  if (claimsTooMuch(request, options.maxBodyBytes)) {
    return refuse("too_large", `its body is over ${options.maxBodyBytes} bytes`);
  }
  const reading = readSignature(request);
  if (!reading.ok) {
    return reading.problem === "missing"
      ? refuse("missing_signature", `it has no ${reading.field} header`)
      : refuse("invalid_signature", `its ${reading.field} header is malformed`);
  }
  return checkCaller(request, reading.signature, options) ??
    await takeBody(request, reading.signature, options);
}

/**
 * Verifies a signature by a key that is not pinned yet, as pairing needs it: recipient, freshness,
 * signature. The body's digest is left to the caller, who has read it.
 *
 * @returns why the request is refused, or `undefined` where the holder of `publicKey` signed it now
 * for this device
 */
export function checkSignature(
  request: Request,
  signature: ParsedSignature,
  publicKey: string,
  options: Pick<AuthenticateOptions, "keys" | "deviceId" | "nowMs">,
): Extract<Authentication, { ok: false }> | undefined {
  const { keys, deviceId, nowMs } = options;
  const key = keys.get(publicKey);
  if (key === undefined) return refuse("invalid_signature", "the caller's key is not a key");
  if (signature.recipient !== deviceId) {
    return refuse("wrong_recipient", "it is meant for another device");
  }
  if (checkFreshness(signature, Math.floor(nowMs / 1000)) !== "fresh") {
    return refuse("clock_skew", "the two devices' clocks are too far apart", {
      server_time: formatTimestamp(nowMs),
    });
  }
  if (request.body === null && !contentDigestMatches(signature.digest, new Uint8Array())) {
    return refuse("digest_mismatch", "it has no body, but the digest of one");
  }
  const head = { method: request.method, target: targetOf(request) };
  if (verifySignature(signature, head, key.key)) return undefined;
  return refuse("invalid_signature", "its signature is not by the pinned key");
}

function checkCaller(
  request: Request,
  signature: ParsedSignature,
  options: AuthenticateOptions,
): Authentication | undefined {
  const peer = options.trust.findPeer(signature.keyid);
  if (peer === undefined) {
    return refuse("unknown_peer", "this device is not paired with the caller");
  }
  if (peer.removedAt !== null) return refuse("peer_removed", "the caller was removed here");
  if (options.keys.get(peer.publicKey)?.fingerprint !== peer.fingerprint) {
    return refuse("unknown_peer", "the caller's stored key does not have the pinned fingerprint");
  }
  return checkSignature(request, signature, peer.publicKey, options);
}

async function takeBody(
  request: Request,
  { keyid, nonce, createdS, digest }: ParsedSignature,
  { trust, nowMs, maxBodyBytes }: AuthenticateOptions,
): Promise<Authentication> {
  try {
    const sent = await readBody(request, maxBodyBytes);
    if (request.body !== null && !contentDigestMatches(digest, sent)) {
      return refuse("digest_mismatch", "its body is not the one that was signed");
    }
    const body = decodeBody(request, sent, maxBodyBytes);
    const nowS = Math.floor(nowMs / 1000);
    if (!trust.recordNonce({ peerDeviceId: keyid, nonce, createdS, nowS })) {
      return refuse("replayed_nonce", "it was received before");
    }
    return { ok: true, peerDeviceId: keyid, body };
  } catch (error) {
    const isRefusal = error instanceof CodememError &&
      (error.code === "too_large" || error.code === "invalid_request");
    if (isRefusal) return { ok: false, refusal: error };
    throw error;
  }
}

/** The request target as it stands in the URL: everything after the authority. */
function targetOf(request: Request): string {
  const { url } = request;
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  too_large: "Send it in smaller parts",
  missing_signature: "Sign the request as the sync protocol says",
  invalid_signature: "Pair the two devices again with `codemem sync pair`",
  unknown_peer: "Pair the two devices with `codemem sync pair`",
  peer_removed: "Pair the two devices again with `codemem sync pair`",
  wrong_recipient: "Check that the stored addresses of the two devices are not mixed up",
  clock_skew: "Set the clocks of both devices",
  digest_mismatch: "Send the request again",
  replayed_nonce: "Send a new request with a nonce of its own",
};

function refuse(
  code: ErrorCode,
  problem: string,
  details: Record<string, unknown> = {},
): Extract<Authentication, { ok: false }> {
  const hint = HINTS[code];
  const options = hint === undefined ? { details } : { hint, details };
  return {
    ok: false,
    refusal: new CodememError(code, `Cannot accept the request: ${problem}`, options),
  };
}
