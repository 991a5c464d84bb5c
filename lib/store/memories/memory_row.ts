/** Memories as rows and back. */
import { MEND_DATABASE } from "../../model/mend_database.ts";
import { CodememError } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../model/canonical_json.ts";
import type { Version } from "../../model/digest.ts";
import { type Memory, type MemoryContent, newContent } from "../../model/memory.ts";
import type { Column, Row } from "../database.ts";

/** The columns that hold a memory's content, in the order of {@link contentColumns}. */
export const CONTENT_COLUMNS = [
  ...["kind", "title", "body", "subtitle", "narrative", "facts", "concepts", "files_read"],
  ...["files_modified", "tags", "project", "confidence", "active", "extra", "search_text"],
  ...["origin_device_id", "created_at"],
] as const;

/** The values of {@link CONTENT_COLUMNS} for a memory that lives, of which `words` are searched as well. */
export function contentColumns(content: MemoryContent, words: string): Column[] {
  return [
    content.kind,
    content.title,
    content.body,
    content.subtitle,
    content.narrative,
    encodeList(content.facts),
    encodeList(content.concepts),
    encodeList(content.filesRead),
    encodeList(content.filesModified),
    encodeList(content.tags),
    content.project,
    content.confidence,
    content.active ? 1 : 0,
    encodeExtra(content.extra),
    words,
    content.originDeviceId,
    content.createdAt,
  ];
}

/** The values of {@link CONTENT_COLUMNS} for a tombstone: no text is left. */
export function tombstoneColumns(deletedAt: string): Column[] {
  return contentColumns(newContent({ kind: "", title: "", body: "", createdAt: deletedAt }), "");
}

/** Reads a row of `memories`. */
export function memoryFromRow(row: Row): Memory {
  return {
    id: row.id as string,
    kind: row.kind as string,
    title: row.title as string,
    body: row.body as string,
    subtitle: row.subtitle as string | null,
    narrative: row.narrative as string | null,
    facts: decodeList(row.facts),
    concepts: decodeList(row.concepts),
    filesRead: decodeList(row.files_read),
    filesModified: decodeList(row.files_modified),
    tags: decodeList(row.tags),
    project: row.project as string | null,
    confidence: row.confidence as number | null,
    active: row.active === 1,
    extra: decodeExtra(row.extra),
    originDeviceId: row.origin_device_id as string | null,
    createdAt: row.created_at as string,
    deletedAt: row.deleted_at as string | null,
    clock: clockFromRow(row),
  };
}

/** Reads the version that a row of `memories` stands for. */
export function versionFromRow(row: Row): Version {
  return {
    entityId: row.id as string,
    opType: row.deleted_at === null ? "upsert" : "delete",
    clock: clockFromRow(row),
    payloadHash: row.payload_hash as string,
  };
}

/** The clock in a row of `memories` or `replication_ops`. */
export function clockFromRow(row: Row): Memory["clock"] {
  return {
    rev: row.rev as number,
    updatedAt: row.updated_at as string,
    deviceId: row.clock_device_id as string,
  };
}

/** What search looks at besides title and body. */
export function searchText(content: MemoryContent): string {
  const { subtitle, narrative, facts, concepts, tags, filesRead, filesModified, project } = content;
  const lists = [...facts, ...concepts, ...tags, ...filesRead, ...filesModified];
  return [subtitle, narrative, ...lists, project].filter((part) => part !== null).join("\n");
}

function encodeList(items: readonly string[]): string {
  return items.length === 0 ? "[]" : JSON.stringify(items);
}

function decodeList(text: Column | undefined): string[] {
  if (text === "[]") return [];
  const list = parseColumn(text);
  if (!Array.isArray(list)) throw damagedRow();
  return list;
}

function encodeExtra(extra: JsonObject): string {
  return Object.keys(extra).length === 0 ? "{}" : JSON.stringify(extra);
}

function decodeExtra(text: Column | undefined): JsonObject {
  const extra = parseColumn(text);
  if (!isJsonObject(extra)) throw damagedRow();
  return extra;
}

function parseColumn(text: Column | undefined): unknown {
  try {
    return JSON.parse(text as string);
  } catch (cause) {
    throw damagedRow(cause);
  }
}

/** This program writes nothing but JSON here: something else has overwritten it. */
function damagedRow(cause?: unknown): CodememError {
  return new CodememError("database_corrupt", "Cannot read a memory: its row is damaged", {
    hint: MEND_DATABASE,
    cause,
  });
}
