/** What two devices tell each other of their keys: `POST /v1/rotate`. */
import { CodememError } from "../errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../model/canonical_json.ts";
import { isSyncDeviceId } from "../model/device.ts";
import { formatSignedLife, parseSignedLife, type SignedLife } from "../model/life.ts";
import {
  MAX_ROTATION_SEQUENCE,
  MAX_TOLD_ROTATIONS,
  type RotationStatement,
} from "../model/rotation.ts";
import { isTimestamp } from "../model/timestamp.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { parseJsonBody } from "./json_body.ts";
import { PROTOCOL } from "./limits.ts";
import { requireProtocol } from "./protocol_version.ts";
import { isPublicKeyLine } from "./public_key.ts";
import { unreadable } from "./unreadable.ts";

/** The keys of a device, as it tells of them. */
export interface ToldRotations {
  readonly deviceId: string;
  /** In order, the oldest first; none where it still has its first key. */
  readonly statements: readonly RotationStatement[];
  /** What it says of its database: nobody is to follow an older copy of it. */
  readonly life?: SignedLife;
}

const SIGNATURE_BYTES = 64;
const encoder = new TextEncoder();

/** The body of a request. */
export function encodeRotateRequest(told: ToldRotations): Uint8Array {
  return encoder.encode(JSON.stringify({ protocol: PROTOCOL, ...keysJson(told) }));
}

/**
 * Reads the body of a request.
 *
 * @throws {CodememError} `unsupported_protocol`, or `invalid_request` naming the member
 */
export function decodeRotateRequest(bytes: Uint8Array): ToldRotations {
  const value = parseJsonBody(bytes);
  if (!isJsonObject(value)) throw badRequest();
  requireProtocol(value.protocol, () => badRequest("protocol"));
  return read(value, badRequest);
}

/** The body of the answer. */
export function encodeRotateResponse(told: ToldRotations): string {
  return JSON.stringify(keysJson(told));
}

/**
 * Reads the answer.
 *
 * @throws {CodememError} `invalid_response` naming the member
 */
export function decodeRotateResponse(bytes: Uint8Array): ToldRotations {
  return readKeys(parseJsonBody(bytes));
}

/** Reads what {@link keysJson} makes. @throws {CodememError} `invalid_response` naming the member */
export function readKeys(value: unknown): ToldRotations {
  const wrong = (member?: string) => unreadable("answer about its keys", member);
  if (!isJsonObject(value)) throw wrong();
  return read(value, wrong);
}

/** The keys of a device as a value of JSON, as in a refusal. */
export function keysJson({ deviceId, statements, life }: ToldRotations) {
  return {
    device_id: deviceId,
    statements: statements.slice(-MAX_TOLD_ROTATIONS).map((each) => ({
      sequence: each.sequence,
      old_public_key: each.oldPublicKey,
      new_public_key: each.newPublicKey,
      created_at: each.createdAt,
      old_signature: encodeBase64url(each.oldSignature),
      new_signature: encodeBase64url(each.newSignature),
    })),
    ...(life === undefined ? {} : { life: formatSignedLife(life) }),
  };
}

function read(value: JsonObject, wrong: (member: string) => CodememError): ToldRotations {
  const { device_id: deviceId, statements } = value;
  if (!isSyncDeviceId(deviceId)) throw wrong("device_id");
  if (!Array.isArray(statements) || statements.length > MAX_TOLD_ROTATIONS) {
    throw wrong("statements");
  }
  const life = parseSignedLife(value.life);
  if (life === undefined && (value.life ?? null) !== null) throw wrong("life");
  return {
    deviceId,
    statements: statements.map((each) => readStatement(each, deviceId, wrong)),
    ...(life === undefined ? {} : { life }),
  };
}

function readStatement(
  value: Json,
  deviceId: string,
  wrong: (member: string) => CodememError,
): RotationStatement {
  if (!isJsonObject(value)) throw wrong("statements");
  const { sequence, old_public_key: oldPublicKey, new_public_key: newPublicKey } = value;
  const isSequence = typeof sequence === "number" && Number.isSafeInteger(sequence) &&
    sequence > 0 && sequence <= MAX_ROTATION_SEQUENCE;
  if (!isSequence) throw wrong("sequence");
  if (!isPublicKeyLine(oldPublicKey)) throw wrong("old_public_key");
  if (!isPublicKeyLine(newPublicKey)) throw wrong("new_public_key");
  if (!isTimestamp(value.created_at)) throw wrong("created_at");
  const oldSignature = readSignature(value.old_signature);
  const newSignature = readSignature(value.new_signature);
  if (oldSignature === undefined) throw wrong("old_signature");
  if (newSignature === undefined) throw wrong("new_signature");
  const createdAt = value.created_at;
  return { deviceId, sequence, oldPublicKey, newPublicKey, createdAt, oldSignature, newSignature };
}

function readSignature(text: Json | undefined): Uint8Array | undefined {
  const bytes = typeof text === "string" ? decodeBase64url(text) : undefined;
  return bytes?.length === SIGNATURE_BYTES ? bytes : undefined;
}

function badRequest(member?: string): CodememError {
  const problem = member === undefined
    ? "it is not a JSON object"
    : `${member} is missing or wrong`;
  return new CodememError("invalid_request", `Cannot read the announced keys: ${problem}`, {
    hint: "Update codemem on both devices",
  });
}
