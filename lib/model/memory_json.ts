/** A memory as JSON: the names of the wire, with identity, clock and fate beside the content. */
import type { JsonObject } from "./canonical_json.ts";
import type { Memory } from "./memory.ts";

/** The fields that this version knows. */
export type KnownMemoryJson = ReturnType<typeof knownJson>;

/**
 * The JSON of a memory. Fields that a newer version added stand beside the known ones and never in
 * their place.
 */
export function memoryJson(memory: Memory): KnownMemoryJson & JsonObject {
  const known = knownJson(memory);
  const extra = Object.entries(memory.extra).filter(([name]) => !Object.hasOwn(known, name));
  return { ...known, ...Object.fromEntries(extra) };
}

function knownJson(memory: Memory) {
  return {
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
}
