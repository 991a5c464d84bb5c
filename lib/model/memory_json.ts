/** A memory as JSON: the names of the wire, with identity, clock and fate beside the content. */
import type { Json, JsonObject } from "./canonical_json.ts";
import type { Memory } from "./memory.ts";

/**
 * The JSON of a memory. Fields that a newer version added stand beside the known ones and never in
 * their place.
 */
export function memoryJson(memory: Memory): JsonObject {
  const known: Record<string, Json> = {
    id: memory.id,
    kind: memory.kind,
    title: memory.title,
    body: memory.body,
    subtitle: memory.subtitle,
    narrative: memory.narrative,
    facts: memory.facts,
    concepts: memory.concepts,
    files_read: memory.filesRead,
    files_modified: memory.filesModified,
    tags: memory.tags,
    project: memory.project,
    confidence: memory.confidence,
    active: memory.active,
    created_at: memory.createdAt,
    updated_at: memory.clock.updatedAt,
    deleted_at: memory.deletedAt,
    rev: memory.clock.rev,
    origin_device_id: memory.originDeviceId,
    device_id: memory.clock.deviceId,
  };
  const extra = Object.entries(memory.extra).filter(([name]) => !Object.hasOwn(known, name));
  return { ...known, ...Object.fromEntries(extra) };
}
