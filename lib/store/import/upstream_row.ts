/** One row of an upstream database as a version of a memory. Pure. */
import { type Clock, MAX_REV } from "../../model/clock.ts";
import {
  encodePayload,
  MAX_PAYLOAD_BYTES,
  type MemoryContent,
  newContent,
} from "../../model/memory.ts";
import { isEntityId } from "../../model/op.ts";
import type { RowOutcome } from "./import_source.ts";
import { RowReader, type UpstreamRow } from "./row_reader.ts";
import { asDevice, upstreamIdentity } from "./upstream_id.ts";

/** What a row is read against. */
export interface UpstreamContext {
  /** The device whose database it is. */
  readonly deviceId: string;
  /** The qualified legacy keys of the other rows. */
  readonly qualifiedLegacyKeys: ReadonlySet<string>;
}

const TOO_LARGE = `larger than ${MAX_PAYLOAD_BYTES} bytes`;

/**
 * Reads a row of `memory_items`, with `session_project` for the project of its session and
 * `oversize` set where a value was too large to be handed over.
 */
export function readUpstreamRow(row: UpstreamRow, context: UpstreamContext): RowOutcome {
  const reader = new RowReader(row);
  const clockDeviceId = asDevice(reader.object("metadata_json").clock_device_id);
  const identity = upstreamIdentity({
    importKey: reader.word("import_key"),
    rowId: reader.requiredText("id"),
    clockDeviceId,
    sourceDeviceId: context.deviceId,
  });
  const { entityId, legacyDeviceId, wasUnqualified } = identity;
  const origin = asDevice(reader.text("origin_device_id")) ?? legacyDeviceId;
  const isDeleted = reader.word("deleted_at") !== undefined;
  if (isDeleted && wasUnqualified && context.qualifiedLegacyKeys.has(entityId)) return {};

  const clock = readClock(reader, clockDeviceId ?? origin ?? context.deviceId);
  if (!isEntityId(entityId)) reader.reject("import_key is not a valid id");
  if (!isDeleted && Number(row.oversize ?? 0) !== 0) reader.reject(TOO_LARGE);
  const content = isDeleted ? null : readContent(reader, clock, origin);
  const problem = reader.problem ?? contentProblem(content);
  if (problem !== undefined) return { problem };
  const deletedAt = isDeleted ? clock.updatedAt : null;
  return { candidate: { entityId, content, clock, deletedAt } };
}

/** Where the row cannot be read, the clock means nothing: the reader remembers the problem. */
function readClock(reader: RowReader, deviceId: string): Clock {
  const rev = reader.has("rev") ? reader.number("rev") : 0;
  const isRev = Number.isSafeInteger(rev) && rev! >= 0 && rev! <= MAX_REV;
  if (!isRev) reader.reject("rev is not a revision");
  const updatedAt = reader.instant("updated_at") ?? reader.instant("created_at");
  if (updatedAt === undefined) reader.reject("updated_at is missing");
  return { rev: isRev ? rev! : 0, updatedAt: updatedAt ?? "", deviceId };
}

function readContent(reader: RowReader, clock: Clock, origin: string | undefined): MemoryContent {
  return newContent({
    kind: reader.requiredText("kind"),
    title: reader.requiredText("title"),
    body: reader.requiredText("body_text"),
    subtitle: reader.text("subtitle"),
    narrative: reader.text("narrative"),
    facts: reader.list("facts"),
    concepts: reader.list("concepts"),
    filesRead: reader.list("files_read"),
    filesModified: reader.list("files_modified"),
    tags: reader.text("tags_text")?.split(/\s+/).filter((tag) => tag !== "") ?? [],
    project: reader.text("project") ?? reader.text("session_project"),
    confidence: reader.number("confidence"),
    active: reader.number("active") !== 0,
    createdAt: reader.instant("created_at") ?? clock.updatedAt,
    originDeviceId: origin ?? null,
  });
}

function contentProblem(content: MemoryContent | null): string | undefined {
  if (content === null) return undefined;
  if (content.kind === "") return "kind is empty";
  return encodePayload(content) === undefined ? TOO_LARGE : undefined;
}
