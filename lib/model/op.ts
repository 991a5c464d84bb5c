/** An op: one version of one memory, on its way from the device that wrote it to all others. */
import { sha256Hex } from "./sha256.ts";
import { canonicalJson, isJsonObject, type JsonObject } from "./canonical_json.ts";
import { type Clock, decodeClock } from "./clock.ts";
import { isDeviceId } from "./device.ts";
import type { Version } from "./digest.ts";
import {
  decodePayload,
  encodePayload,
  fitsPayload,
  MAX_PAYLOAD_BYTES,
  type MemoryContent,
} from "./memory.ts";
import { normalizeTimestamp } from "./timestamp.ts";

/** What an op does to its memory. */
export type OpType = "upsert" | "delete";

/** An op that can be applied. */
export interface Op {
  readonly opId: string;
  readonly entityType: "memory";
  readonly entityId: string;
  readonly opType: OpType;
  /** Canonical JSON; null for a delete. */
  readonly payload: string | null;
  /** SHA-256 of the payload, lowercase hex; empty for a delete. */
  readonly payloadHash: string;
  /** The payload, read; null for a delete. */
  readonly content: MemoryContent | null;
  readonly clock: Clock;
  /** The device that logged it first. */
  readonly deviceId: string;
  readonly createdAt: string;
}

/** Why an op could not be applied. */
export type QuarantineReason =
  | "invalid_op"
  | "invalid_clock"
  | "invalid_payload"
  | "too_large"
  | "unknown_entity_type"
  | "unknown_op_type";

/** An op that cannot be applied by this version of the program: kept, shown, never lost. */
export interface QuarantinedOp {
  readonly opId: string;
  /** Null where it does not say which memory it is about. */
  readonly entityId: string | null;
  readonly reason: QuarantineReason;
  /** The reason in words. */
  readonly detail: string;
  /** The op as it came, as JSON. */
  readonly raw: string;
}

/** What {@link decodeOp} makes of one element of a page. */
export type DecodedOp =
  | { readonly op: Op; readonly quarantined?: undefined }
  | { readonly quarantined: QuarantinedOp; readonly op?: undefined };

/** Whether `value` can name a memory or an op: 1 to 256 characters, none a control character. */
export function isEntityId(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 256 &&
    value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value);
}

/** SHA-256 of a canonical payload as lowercase hex; empty for the payload of a delete. */
export function hashPayload(payload: string | null): string {
  return payload === null ? "" : sha256Hex(payload);
}

/**
 * An op that writes `content` as the memory `entityId`, or deletes it where `content` is null.
 *
 * @returns the op, or `undefined` where the content cannot be a payload: see {@link encodePayload}
 */
export function composeOp(parts: {
  readonly opId: string;
  readonly entityId: string;
  readonly content: MemoryContent | null;
  readonly clock: Clock;
  readonly deviceId: string;
  readonly createdAt: string;
}): Op | undefined {
  const payload = parts.content === null ? null : encodePayload(parts.content);
  if (payload === undefined) return undefined;
  return {
    ...parts,
    entityType: "memory",
    opType: payload === null ? "delete" : "upsert",
    payload,
    payloadHash: hashPayload(payload),
  };
}

/**
 * The id of the op for a version that was written without one. The same on every device that holds
 * the same version, so that two devices which log it separately log one op.
 */
export function legacyOpId(version: Version): string {
  const { entityId, clock, opType, payloadHash } = version;
  const parts = [entityId, clock.rev, clock.updatedAt, clock.deviceId, opType, payloadHash];
  const hex = sha256Hex(parts.join("\n"));
  return `legacy-${hex.slice(0, 32)}`;
}

/**
 * Reads one element of a page of ops. Never throws: whatever is not an op that can be applied comes
 * back as one to quarantine, under an id made from its bytes where it has none of its own.
 */
export function decodeOp(value: unknown): DecodedOp {
  if (!isJsonObject(value)) return quarantine(value, "invalid_op", "not an object");
  if (value.entity_type !== "memory") {
    return quarantine(value, "unknown_entity_type", "made by a newer version");
  }
  if (value.op_type !== "upsert" && value.op_type !== "delete") {
    return quarantine(value, "unknown_op_type", "made by a newer version");
  }
  if (!isEntityId(value.op_id)) return quarantine(value, "invalid_op", "op_id is not a valid id");
  if (!isEntityId(value.entity_id)) {
    return quarantine(value, "invalid_op", "entity_id is not a valid id");
  }
  if (!isDeviceId(value.device_id)) {
    return quarantine(value, "invalid_op", "device_id is not a device id");
  }
  const clock = decodeClock(value.clock);
  if (clock === undefined) return quarantine(value, "invalid_clock", "clock is not a valid clock");
  const created = value.created_at ?? clock.updatedAt;
  const createdAt = typeof created === "string" ? normalizeTimestamp(created) : undefined;
  if (createdAt === undefined) {
    return quarantine(value, "invalid_op", "created_at is not a timestamp");
  }
  const body = decodeBody(value, value.op_type, clock);
  if ("reason" in body) return quarantine(value, body.reason, body.detail);
  return {
    op: {
      opId: value.op_id,
      entityType: "memory",
      entityId: value.entity_id,
      opType: value.op_type,
      ...body,
      clock,
      deviceId: value.device_id,
      createdAt,
    },
  };
}

type Body = Pick<Op, "payload" | "payloadHash" | "content">;

function decodeBody(
  value: JsonObject,
  opType: OpType,
  clock: Clock,
): Body | { reason: QuarantineReason; detail: string } {
  if (opType === "delete") {
    if (value.payload === null || value.payload === undefined) {
      return { payload: null, payloadHash: "", content: null };
    }
    return { reason: "invalid_payload", detail: "a delete with a payload" };
  }
  const decoded = decodePayload(value.payload, clock);
  if ("problem" in decoded) return { reason: "invalid_payload", detail: decoded.problem };
  const payload = canonicalJson(value.payload);
  if (payload === undefined) {
    return { reason: "invalid_payload", detail: "payload has no canonical form" };
  }
  if (!fitsPayload(payload)) {
    return { reason: "too_large", detail: `payload is larger than ${MAX_PAYLOAD_BYTES} bytes` };
  }
  return { payload, payloadHash: hashPayload(payload), content: decoded.content };
}

function quarantine(value: unknown, reason: QuarantineReason, detail: string): DecodedOp {
  const raw = rawText(value);
  const members = isJsonObject(value) ? value : {};
  return {
    quarantined: {
      opId: isEntityId(members.op_id) ? members.op_id : `unnamed-${sha256Hex(raw)}`,
      entityId: isEntityId(members.entity_id) ? members.entity_id : null,
      reason,
      detail,
      raw,
    },
  };
}

/** What came as JSON in a body can be written as JSON; anything else is named at least. */
function rawText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return JSON.stringify(`not JSON: ${typeof value}`);
  }
}
