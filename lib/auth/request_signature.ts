/**
 * The signature every request of the sync protocol carries (RFC 9421), in the one form this program
 * writes and accepts: label `sig1`, the five components below in this order, the six parameters below
 * in this order. What is signed can so be read in one way only.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { isSyncDeviceId } from "../model/device.ts";
import { contentDigest, isContentDigest } from "./content_digest.ts";
import { MAX_SKEW_S, type Validity } from "./freshness.ts";

const COMPONENTS = '("@method" "@path" "@query" "content-digest" "codemem-recipient")';
const TAG = "codemem-sync-3";
const SIGNATURE_INPUT = new RegExp(
  `^sig1=(${
    COMPONENTS.replace(/[()]/g, "\\$&")
  };created=([1-9]\\d{0,14});expires=([1-9]\\d{0,14})` +
    `;nonce="([0-9a-f]{32})";keyid="([a-z0-9-]{1,63})";alg="ed25519";tag="${TAG}")$`,
);
const SIGNATURE = /^sig1=:([A-Za-z0-9+/]{86}==):$/;

/** The head of a request as it goes over the wire. */
export interface RequestHead {
  /** As sent, in upper case. */
  readonly method: string;
  /** The request target as sent: an absolute path, with its query where there is one. */
  readonly target: string;
  /** Null where there is no such field. */
  readonly headers: { get(name: string): string | null };
}

/** What a request says about its signer, not yet proven. */
export interface ParsedSignature extends Validity {
  /** The caller's device id. */
  readonly keyid: string;
  /** 32 lowercase hex digits. */
  readonly nonce: string;
  /** The device the request is meant for. */
  readonly recipient: string;
  /** The `Content-Digest` field. */
  readonly digest: string;
  /** The signature parameters exactly as received. */
  readonly parameters: string;
  readonly signature: Uint8Array;
}

/** A signature's parts, or which field is absent or not as it must be. */
export type SignatureReading =
  | { readonly ok: true; readonly signature: ParsedSignature }
  | { readonly ok: false; readonly problem: "missing" | "malformed"; readonly field: string };

/**
 * Signs a request.
 *
 * @param request its body as it will be sent, after any content coding; none is as an empty one
 * @param signer `recipient` is the callee's device id, `nonce` 32 lowercase hex digits never used before
 * @returns the fields to add to the request
 */
export function signRequest(
  request: { readonly method: string; readonly target: string; readonly body?: Uint8Array },
  signer: {
    readonly deviceId: string;
    readonly privateKey: KeyObject;
    readonly recipient: string;
    readonly createdS: number;
    readonly nonce: string;
  },
): Record<string, string> {
  const { deviceId, privateKey, recipient, createdS, nonce } = signer;
  const digest = contentDigest(request.body ?? new Uint8Array());
  const parameters = `${COMPONENTS};created=${createdS};expires=${createdS + MAX_SKEW_S}` +
    `;nonce="${nonce}";keyid="${deviceId}";alg="ed25519";tag="${TAG}"`;
  const base = requestBase(request, { digest, recipient, parameters });
  return {
    "content-digest": digest,
    "codemem-recipient": recipient,
    "signature-input": `sig1=${parameters}`,
    "signature": `sig1=:${sign(null, base, privateKey).toString("base64")}:`,
  };
}

/** Reads the signature of a request. Nothing of it is proven before {@link verifySignature}. */
export function readSignature({ headers }: Pick<RequestHead, "headers">): SignatureReading {
  const input = headers.get("signature-input");
  if (input === null) return missing("signature-input");
  const signatureField = headers.get("signature");
  if (signatureField === null) return missing("signature");
  const recipient = headers.get("codemem-recipient");
  if (recipient === null) return missing("codemem-recipient");
  const digest = headers.get("content-digest");
  if (digest === null) return missing("content-digest");
  const inputMatch = SIGNATURE_INPUT.exec(input);
  if (inputMatch === null || !isSyncDeviceId(inputMatch[5])) return malformed("signature-input");
  const [, parameters, created, expires, nonce, keyid] = inputMatch;
  const [createdS, expiresS] = [Number(created), Number(expires)];
  if (expiresS <= createdS || expiresS - createdS > MAX_SKEW_S) return malformed("signature-input");
  const signature = readSignatureBytes(signatureField);
  if (signature === undefined) return malformed("signature");
  if (!isSyncDeviceId(recipient)) return malformed("codemem-recipient");
  if (!isContentDigest(digest)) return malformed("content-digest");
  return {
    ok: true,
    signature: {
      createdS,
      expiresS,
      nonce: nonce!,
      keyid: keyid!,
      recipient,
      digest,
      parameters: parameters!,
      signature,
    },
  };
}

/**
 * Whether `signature` was made over this request by the holder of `publicKey`. Judges neither time,
 * nonce, recipient nor body.
 */
export function verifySignature(
  signature: ParsedSignature,
  request: Pick<RequestHead, "method" | "target">,
  publicKey: KeyObject,
): boolean {
  return verify(null, requestBase(request, signature), publicKey, signature.signature);
}

/** The signature base (RFC 9421 §2.5) of the fixed component list; exported to be tested. */
export function requestBase(
  { method, target }: Pick<RequestHead, "method" | "target">,
  { digest, recipient, parameters }: Pick<ParsedSignature, "digest" | "recipient" | "parameters">,
): Uint8Array {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "?" : target.slice(mark);
  return Buffer.from(
    `"@method": ${method}\n"@path": ${path || "/"}\n"@query": ${query}\n` +
      `"content-digest": ${digest}\n"codemem-recipient": ${recipient}\n` +
      `"@signature-params": ${parameters}`,
    "latin1",
  );
}

/** 64 bytes in their one base64 spelling. */
function readSignatureBytes(field: string): Uint8Array | undefined {
  const match = SIGNATURE.exec(field);
  if (match === null) return undefined;
  const bytes = Buffer.from(match[1]!, "base64");
  return bytes.toString("base64") === match[1] ? bytes : undefined;
}

function missing(field: string): SignatureReading {
  return { ok: false, problem: "missing", field };
}

function malformed(field: string): SignatureReading {
  return { ok: false, problem: "malformed", field };
}
