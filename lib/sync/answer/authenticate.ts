/**
 * Authenticating a request: every check of an incoming request, in one order, in one place.
 *
 * Cheap checks come first. The signature is checked before the body is read, so that a stranger cannot
 * make this device hold a body; the nonce comes last, so that only a verified caller can write anything.
 */
import { CodememError, type ErrorCode } from "../../errors.ts";
import { contentDigestMatches } from "../../auth/content_digest.ts";
import { checkFreshness } from "../../auth/freshness.ts";
import {
  type ParsedSignature,
  readSignature,
  verifySignature,
} from "../../auth/request_signature.ts";
import { VerificationKeys } from "../../auth/verification_keys.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { claimsTooMuch, decodeBody, readBody } from "./read_body.ts";
import { requestTarget } from "./request_target.ts";

/** What is stored of other devices, and of the requests they made. */
export interface TrustStore {
  findPeer(deviceId: string): PinnedPeer | undefined;
  /** Public key lines by which a peer was pinned before, the newest first. */
  formerKeys(deviceId: string): readonly string[];
  /** Records the nonce of a verified request; resolves to false if it was seen before. */
  recordNonce(nonce: {
    readonly peerDeviceId: string;
    readonly nonce: string;
    readonly nowS: number;
  }): Promise<boolean>;
}

/** What authentication needs to know of a peer. */
export interface PinnedPeer {
  readonly deviceId: string;
  /** `ssh-ed25519 <base64>`. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Canonical timestamp; null unless it was removed. */
  readonly removedAt: string | null;
}

/** Options of {@link createAuthenticator}. */
export interface AuthenticatorOptions {
  readonly trust: TrustStore;
  /** This device's id. */
  readonly deviceId: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Limit of the body, both as sent and as inflated. */
  readonly maxBodyBytes: number;
}

/** The caller and its body, decompressed; or the refusal. */
export type Authentication =
  | {
    readonly ok: true;
    readonly peerDeviceId: string;
    /** Of the key that signed. */
    readonly fingerprint: string;
    readonly body: Uint8Array;
  }
  | Refused;

interface Refused {
  readonly ok: false;
  readonly refusal: CodememError;
}

const FORMER_KEYS_TRIED = 16;

interface Judge extends AuthenticatorOptions {
  readonly keys: VerificationKeys;
}

/** A judge at one instant: all checks of a request go by the same time. */
interface JudgeNow extends Judge {
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * Makes the function that authenticates requests (RFC 9421 §3.2). Their `url` has to hold the target
 * exactly as it was sent. The function throws only what the store throws.
 *
 * @returns the function; `onSigned` is called once the signature is verified, before the body is read
 */
export function createAuthenticator(
  options: AuthenticatorOptions,
): (request: Request, onSigned?: () => void) => Promise<Authentication> {
  const judge = { ...options, keys: new VerificationKeys() };
  return (request, onSigned) => authenticate(request, judge, onSigned);
}

async function authenticate(
  request: Request,
  judge: Judge,
  onSigned?: () => void,
): Promise<Authentication> {
  if (claimsTooMuch(request, judge.maxBodyBytes)) {
    return refuse("too_large", `its body is over ${judge.maxBodyBytes} bytes`);
  }
  const reading = readSignature(request);
  if (!reading.ok) {
    return reading.problem === "missing"
      ? refuse("missing_signature", `it has no ${reading.field} header`)
      : refuse("invalid_signature", `its ${reading.field} header is malformed`);
  }
  const { signature } = reading;
  const judgeNow = { ...judge, atMs: judge.nowMs() };
  const caller = checkCaller(request, signature, judgeNow);
  if ("refusal" in caller) return caller;
  onSigned?.();
  const taken = await takeBody(request, signature, judgeNow);
  if ("refusal" in taken) return taken;
  return { ok: true, peerDeviceId: caller.deviceId, fingerprint: caller.fingerprint, ...taken };
}

function checkCaller(
  request: Request,
  signature: ParsedSignature,
  { trust, keys, deviceId, atMs }: JudgeNow,
): PinnedPeer | Refused {
  const peer = trust.findPeer(signature.keyid);
  if (peer === undefined) {
    return refuse("unknown_peer", "this device is not paired with the caller");
  }
  if (peer.removedAt !== null) return refuse("peer_removed", "the caller was removed here");
  const key = keys.get(peer.publicKey);
  if (key?.fingerprint !== peer.fingerprint) {
    return refuse("unknown_peer", "the caller's stored key does not have the pinned fingerprint");
  }
  if (signature.recipient !== deviceId) {
    return refuse("wrong_recipient", "it is meant for another device");
  }
  if (checkFreshness(signature, Math.floor(atMs / 1_000)) !== "fresh") {
    return refuse("clock_skew", "the clocks of the two devices differ too much", {
      server_time: formatTimestamp(atMs),
    });
  }
  if (request.body === null && !contentDigestMatches(signature.digest, new Uint8Array())) {
    return refuse("digest_mismatch", "it has no body, but the digest of one");
  }
  const head = { method: request.method, target: requestTarget(request) };
  if (verifySignature(signature, head, key.key)) return peer;
  // Anybody can send what does not verify: only so many keys are tried.
  const isByFormerKey = trust.formerKeys(peer.deviceId).slice(0, FORMER_KEYS_TRIED)
    .map((line) => keys.get(line))
    .some((former) => former !== undefined && verifySignature(signature, head, former.key));
  return isByFormerKey
    ? refuse("key_superseded", "it is signed by a key that the caller has given up")
    : refuse("invalid_signature", "its signature is not by the pinned key over this request");
}

async function takeBody(
  request: Request,
  { keyid, nonce, digest }: ParsedSignature,
  { trust, maxBodyBytes, atMs }: JudgeNow,
): Promise<{ readonly body: Uint8Array } | Refused> {
  try {
    const sent = await readBody(request, maxBodyBytes);
    if (request.body !== null && !contentDigestMatches(digest, sent)) {
      return refuse("digest_mismatch", "its body is not the one that was signed");
    }
    const body = decodeBody(request, sent, maxBodyBytes);
    const nowS = Math.floor(atMs / 1_000);
    if (!await trust.recordNonce({ peerDeviceId: keyid, nonce, nowS })) {
      return refuse("replayed_nonce", "it was received before");
    }
    return { body };
  } catch (error) {
    const isRefusal = error instanceof CodememError &&
      (error.code === "too_large" || error.code === "invalid_request");
    if (isRefusal) return { ok: false, refusal: error };
    throw error;
  }
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  too_large: "Send it in smaller parts",
  missing_signature: "Sign the request as the sync protocol says",
  invalid_signature: "Pair the two devices again with `codemem sync pair`",
  key_superseded: "Make a new identity on the older copy with `codemem sync identity new --yes`",
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
): Refused {
  const hint = HINTS[code];
  const options = hint === undefined ? { details } : { hint, details };
  return {
    ok: false,
    refusal: new CodememError(code, `Cannot accept the request: ${problem}`, options),
  };
}
