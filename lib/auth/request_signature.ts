/**
 * The signature every request of the sync protocol carries (RFC 9421), in the one form this program
 * writes and accepts: label `sig1`, the five components below in this order, the six parameters below
 * in this order. What is signed can so be read in one way only. The signature base is built by the
 * general rules.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { type InnerList, serializeInnerList } from "structured-headers";
import { CodememError } from "../errors.ts";
import { isSyncDeviceId } from "../model/device.ts";
import { contentDigest, isContentDigest } from "./content_digest.ts";
import { MAX_SKEW_S, type Validity } from "./freshness.ts";
import type { RequestMessage } from "./http_message.ts";
import { signatureBase } from "./signature_base.ts";
import { verifyMessage } from "./verify_message.ts";

const LABEL = "sig1";
const COMPONENTS = ["@method", "@path", "@query", "content-digest", "codemem-recipient"];
const TAG = "codemem-sync-3";
const SIGNATURE_INPUT = new RegExp(
  `^${LABEL}=\\(${COMPONENTS.map((name) => `"${name}"`).join(" ")}\\)` +
    `;created=([1-9]\\d{0,14});expires=([1-9]\\d{0,14})` +
    `;nonce="([0-9a-f]{32})";keyid="([a-z0-9-]{1,63})";alg="ed25519";tag="${TAG}"$`,
);
const SIGNATURE = new RegExp(`^${LABEL}=:([A-Za-z0-9+/]{86}==):$`);

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
  /** The `Signature-Input` field. */
  readonly input: string;
  /** The `Signature` field. */
  readonly value: string;
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
  const covered: InnerList = [
    COMPONENTS.map((name) => [name, new Map()]),
    new Map<string, string | number>([
      ["created", createdS],
      ["expires", createdS + MAX_SKEW_S],
      ["nonce", nonce],
      ["keyid", deviceId],
      ["alg", "ed25519"],
      ["tag", TAG],
    ]),
  ];
  const fields = { "content-digest": digest, "codemem-recipient": recipient };
  const built = signatureBase(message(request, fields), covered);
  if ("problem" in built) {
    throw new CodememError("internal", `Cannot sign the request: ${built.problem}`);
  }
  const bytes = sign(null, Buffer.from(built.base, "latin1"), privateKey);
  return {
    ...fields,
    "signature-input": `${LABEL}=${serializeInnerList(covered)}`,
    "signature": `${LABEL}=:${bytes.toString("base64")}:`,
  };
}

/** Reads the signature of a request. Nothing of it is proven before {@link verifySignature}. */
export function readSignature({ headers }: Pick<RequestHead, "headers">): SignatureReading {
  const input = headers.get("signature-input");
  if (input === null) return missing("signature-input");
  const value = headers.get("signature");
  if (value === null) return missing("signature");
  const recipient = headers.get("codemem-recipient");
  if (recipient === null) return missing("codemem-recipient");
  const digest = headers.get("content-digest");
  if (digest === null) return missing("content-digest");
  const inputMatch = SIGNATURE_INPUT.exec(input);
  if (inputMatch === null || !isSyncDeviceId(inputMatch[4])) return malformed("signature-input");
  const [, created, expires, nonce, keyid] = inputMatch;
  const [createdS, expiresS] = [Number(created), Number(expires)];
  if (expiresS <= createdS || expiresS - createdS > MAX_SKEW_S) return malformed("signature-input");
  if (!isSignatureField(value)) return malformed("signature");
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
      input,
      value,
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
  const { digest, recipient, input, value } = signature;
  const signed = message(request, {
    "content-digest": digest,
    "codemem-recipient": recipient,
    "signature-input": input,
    "signature": value,
  });
  return verifyMessage(signed, LABEL, (base, bytes) => verify(null, base, publicKey, bytes));
}

function message(
  { method, target }: Pick<RequestHead, "method" | "target">,
  fields: Readonly<Record<string, string>>,
): RequestMessage {
  return { method, target, scheme: "https", fields: Object.entries(fields) };
}

/** 64 bytes in their one base64 spelling. */
function isSignatureField(field: string): boolean {
  const base64 = SIGNATURE.exec(field)?.[1];
  return base64 !== undefined && Buffer.from(base64, "base64").toString("base64") === base64;
}

function missing(field: string): SignatureReading {
  return { ok: false, problem: "missing", field };
}

function malformed(field: string): SignatureReading {
  return { ok: false, problem: "malformed", field };
}
