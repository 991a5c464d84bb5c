/** The handshake of pairing: `POST /v1/pair`. */
import { createHmac } from "node:crypto";
import { CodememError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import { cleanDeviceName, isSyncDeviceId } from "../model/device.ts";
import { decodeAddresses } from "./addresses.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { readDiscoveryKey } from "./discovery_key.ts";
import { parseJsonBody } from "./json_body.ts";
import { MAX_ADDRESSES, PROTOCOL } from "./limits.ts";
import { requireProtocol } from "./protocol_version.ts";
import { isPublicKeyLine } from "./public_key.ts";
import { unreadable } from "./unreadable.ts";

/** A device, as it introduces itself. */
export interface Introduction {
  readonly deviceId: string;
  readonly name: string;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
  /** `host:port` each, best first. */
  readonly addresses: readonly string[];
  /** What its adverts on the local network are recognised by; null where it does not say. */
  readonly discoveryKey: Uint8Array | null;
}

/** What the one who accepts an invitation sends. */
export interface PairRequest extends Introduction {
  /** Says which invitation is accepted, without giving its token away: 32 lowercase hex digits. */
  readonly tokenId: string;
  /** See {@link pairingProof}. */
  readonly proof: Uint8Array;
}

/** Whom a proof binds together. */
export interface PairingParties {
  readonly inviterDeviceId: string;
  readonly inviterFingerprint: string;
  readonly acceptorDeviceId: string;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly acceptorPublicKey: string;
}

const PROOF_BYTES = 32;
const encoder = new TextEncoder();

/**
 * Proves that one holds an invitation's token, for these two devices and no others: HMAC-SHA256 by
 * the token. No part can hold a line break, so the parts cannot run into each other.
 */
export function pairingProof(token: Uint8Array, parties: PairingParties): Uint8Array {
  const text = [
    "codemem-pair-3",
    parties.inviterDeviceId,
    parties.inviterFingerprint,
    parties.acceptorDeviceId,
    parties.acceptorPublicKey,
  ].join("\n");
  return new Uint8Array(createHmac("sha256", token).update(text).digest());
}

/** The body of a pairing request. */
export function encodePairRequest(request: PairRequest): Uint8Array {
  return encoder.encode(JSON.stringify({
    protocol: PROTOCOL,
    ...introduction(request),
    token_id: request.tokenId,
    token_proof: encodeBase64url(request.proof),
  }));
}

/**
 * Reads the body of a pairing request.
 *
 * @throws {CodememError} `unsupported_protocol`, or `invalid_request` naming the member
 */
export function decodePairRequest(bytes: Uint8Array): PairRequest {
  const value = parseJsonBody(bytes);
  if (!isJsonObject(value)) throw badRequest();
  requireProtocol(value.protocol, () => badRequest("protocol"));
  const { token_id: tokenId, token_proof: proofText } = value;
  const proof = typeof proofText === "string" ? decodeBase64url(proofText) : undefined;
  const introduced = readIntroduction(value, badRequest);
  if (typeof tokenId !== "string" || !/^[0-9a-f]{32}$/.test(tokenId)) throw badRequest("token_id");
  if (proof?.length !== PROOF_BYTES) throw badRequest("token_proof");
  return { ...introduced, tokenId, proof };
}

/** The body of the answer to a pairing request. */
export function encodePairResponse(response: Introduction): string {
  return JSON.stringify(introduction(response));
}

/**
 * Reads the answer to a pairing request.
 *
 * @throws {CodememError} `invalid_response` naming the member
 */
export function decodePairResponse(bytes: Uint8Array): Introduction {
  const value = parseJsonBody(bytes);
  const wrong = (member?: string) => unreadable("answer to the pairing", member);
  if (!isJsonObject(value)) throw wrong();
  return readIntroduction(value, wrong);
}

function introduction({ deviceId, name, publicKey, addresses, discoveryKey }: Introduction) {
  return {
    device_id: deviceId,
    name,
    public_key: publicKey,
    addresses: addresses.slice(0, MAX_ADDRESSES),
    ...(discoveryKey === null ? {} : { discovery_key: encodeBase64url(discoveryKey) }),
  };
}

function readIntroduction(
  value: JsonObject,
  wrong: (member: string) => CodememError,
): Introduction {
  const { device_id: deviceId, public_key: publicKey, discovery_key: keyText = null } = value;
  const name = typeof value.name === "string" ? cleanDeviceName(value.name) : undefined;
  const addresses = decodeAddresses(value.addresses);
  if (!isSyncDeviceId(deviceId)) throw wrong("device_id");
  if (name === undefined) throw wrong("name");
  if (!isPublicKeyLine(publicKey)) throw wrong("public_key");
  if (addresses === undefined) throw wrong("addresses");
  const discoveryKey = readDiscoveryKey(keyText) ?? null;
  if (discoveryKey === null && keyText !== null) throw wrong("discovery_key");
  return { deviceId, name, publicKey, addresses, discoveryKey };
}

function badRequest(member?: string): CodememError {
  const problem = member === undefined
    ? "it is not a JSON object"
    : `${member} is missing or wrong`;
  return new CodememError("invalid_request", `Cannot read the pairing request: ${problem}`, {
    hint: "Update codemem on both devices",
  });
}
