/** A memory as an export holds it: one JSON object without loss. Pure. */
import { isJsonObject, type JsonObject } from "../../model/canonical_json.ts";
import { decodeClock } from "../../model/clock.ts";
import {
  decodePayload,
  encodePayload,
  MAX_PAYLOAD_BYTES,
  type Memory,
} from "../../model/memory.ts";
import { isEntityId } from "../../model/op.ts";
import { normalizeTimestamp } from "../../model/timestamp.ts";
import type { ImportCandidate } from "../import/import_candidate.ts";

/** Members of a record that are not of the payload; payload fields with these names go into `extra`. */
const RESERVED: ReadonlySet<string> = new Set(["id", "clock", "deleted_at", "extra"]);

/**
 * Writes a memory: `id`, `clock`, `deleted_at` and the fields of its payload, all in one object. A
 * tombstone has only the first three.
 */
export function encodeExportRecord(memory: Memory): JsonObject {
  const { rev, updatedAt, deviceId } = memory.clock;
  const head = {
    id: memory.id,
    clock: { rev, updated_at: updatedAt, device_id: deviceId },
    deleted_at: memory.deletedAt,
  };
  if (memory.deletedAt !== null) return head;
  const payload = JSON.parse(encodePayload(memory) ?? "{}") as JsonObject;
  // Assigning to a field called __proto__ would lose it.
  const fields = (isReserved: boolean): JsonObject =>
    Object.fromEntries(
      Object.entries(payload).filter(([name]) => RESERVED.has(name) === isReserved),
    );
  const extra = fields(true);
  return { ...head, ...fields(false), ...(Object.keys(extra).length === 0 ? {} : { extra }) };
}

/** Whether `value` has the outline of a record, whatever is wrong with it in detail. */
export function isExportRecord(value: unknown): value is JsonObject {
  return isJsonObject(value) && typeof value.id === "string" && isJsonObject(value.clock);
}

/** Reads what {@link encodeExportRecord} wrote, or says in one clause what is wrong with it. */
export function decodeExportRecord(
  value: unknown,
):
  | { readonly candidate: ImportCandidate; readonly problem?: undefined }
  | { readonly problem: string; readonly candidate?: undefined } {
  if (!isExportRecord(value)) return { problem: "not a memory" };
  const { id: entityId, deleted_at: deletedAt } = value;
  if (!isEntityId(entityId)) return { problem: "id is not a valid id" };
  const clock = decodeClock(value.clock);
  if (clock === undefined) return { problem: "clock is not a valid clock" };
  if (deletedAt !== null && deletedAt !== undefined) {
    const instant = typeof deletedAt === "string" ? normalizeTimestamp(deletedAt) : undefined;
    if (instant === undefined) return { problem: "deleted_at is not a timestamp" };
    return { candidate: { entityId, content: null, clock, deletedAt: instant } };
  }
  const decoded = decodePayload(payloadOf(value), clock);
  if ("problem" in decoded) return decoded;
  if (encodePayload(decoded.content) === undefined) {
    return { problem: `larger than ${MAX_PAYLOAD_BYTES} bytes, or not well-formed` };
  }
  return { candidate: { entityId, content: decoded.content, clock, deletedAt: null } };
}

function payloadOf(record: JsonObject): JsonObject {
  const flat = Object.fromEntries(Object.entries(record).filter(([name]) => !RESERVED.has(name)));
  if (!isJsonObject(record.extra)) return flat;
  const reserved = Object.entries(record.extra).filter(([name]) => RESERVED.has(name));
  return { ...flat, ...Object.fromEntries(reserved) };
}
