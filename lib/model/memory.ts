/** A memory: what it holds, and the payload that carries it between devices. */
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "./canonical_json.ts";
import type { Clock } from "./clock.ts";
import { isDeviceId } from "./device.ts";
import { normalizeTimestamp } from "./timestamp.ts";

/** What a person or an agent wrote: everything of a memory but its identity and its clock. */
export interface MemoryContent {
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly subtitle: string | null;
  readonly narrative: string | null;
  readonly facts: readonly string[];
  readonly concepts: readonly string[];
  readonly filesRead: readonly string[];
  readonly filesModified: readonly string[];
  readonly tags: readonly string[];
  readonly project: string | null;
  /** Between 0 and 1 by convention; passed on as it is. */
  readonly confidence: number | null;
  /** False for a memory that was set aside but not deleted: it is kept and synced, not found. */
  readonly active: boolean;
  readonly createdAt: string;
  /** The device on which it was first written; null where that is not known. */
  readonly originDeviceId: string | null;
  /** Fields that a newer version added: kept and passed on untouched. */
  readonly extra: JsonObject;
}

/** A memory as it stands on this device. */
export interface Memory extends MemoryContent {
  readonly id: string;
  readonly clock: Clock;
  /** Canonical timestamp; null while the memory lives. */
  readonly deletedAt: string | null;
}

/** The largest payload, in bytes of canonical JSON: a page of ops always has room for one. */
export const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;

/** The longest title made from a text without one, in characters. */
export const DERIVED_TITLE_LENGTH = 80;

/** The content of a memory of which only these parts were given. */
export function newContent(
  given: Pick<MemoryContent, "kind" | "title" | "body" | "createdAt"> & Partial<MemoryContent>,
): MemoryContent {
  return {
    subtitle: null,
    narrative: null,
    facts: [],
    concepts: [],
    filesRead: [],
    filesModified: [],
    tags: [],
    project: null,
    confidence: null,
    active: true,
    originDeviceId: null,
    extra: {},
    ...given,
  };
}

/** The title of a text that came without one: its first line that is not blank, shortened. */
export function titleOf(text: string): string {
  const line =
    text.split(/[\r\n\u2028\u2029]+/).map((each) => each.trim()).find((each) => each !== "") ?? "";
  const characters = Array.from(line);
  if (characters.length <= DERIVED_TITLE_LENGTH) return line;
  return characters.slice(0, DERIVED_TITLE_LENGTH - 1).join("").trimEnd() + "…";
}

/** Text as it can be stored and sent: well-formed Unicode without NUL, which SQLite would cut at. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

const LISTS = {
  facts: "facts",
  concepts: "concepts",
  filesRead: "files_read",
  filesModified: "files_modified",
  tags: "tags",
} as const satisfies Partial<Record<keyof MemoryContent, string>>;

const LIST_NAMES = Object.values(LISTS);

const KNOWN = new Set([
  ...["kind", "title", "body", "subtitle", "narrative", "project", "confidence", "active"],
  ...["created_at", "origin_device_id"],
  ...LIST_NAMES,
]);

/**
 * The payload of `content` as canonical JSON. Absent values are left out, empty texts and zeros are
 * not.
 *
 * @returns the text, or `undefined` where the content is not one that {@link decodePayload} takes, has
 * no canonical form or is larger than {@link MAX_PAYLOAD_BYTES}
 */
export function encodePayload(content: MemoryContent): string | undefined {
  const members: Record<string, Json> = { ...content.extra };
  for (const name of ["kind", "title", "body", "subtitle", "narrative", "project"] as const) {
    if (content[name] !== null) members[name] = content[name];
  }
  for (const [name, wireName] of Object.entries(LISTS)) {
    const items = content[name as keyof typeof LISTS];
    if (items.length > 0) members[wireName] = items;
  }
  if (content.confidence !== null) members.confidence = content.confidence;
  if (!content.active) members.active = false;
  members.created_at = content.createdAt;
  if (content.originDeviceId !== null) members.origin_device_id = content.originDeviceId;
  const isReadable = findProblem(members) === undefined &&
    normalizeTimestamp(content.createdAt) !== undefined;
  const text = isReadable ? canonicalJson(members) : undefined;
  return text === undefined || !fitsPayload(text) ? undefined : text;
}

/** The members of the payload, by name, in which one content differs from another. */
export function differingMembers(one: MemoryContent, other: MemoryContent): string[] {
  const [mine, theirs] = [one, other].map((each): JsonObject =>
    JSON.parse(encodePayload(each) ?? "{}")
  ) as [JsonObject, JsonObject];
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .filter((name) => JSON.stringify(mine[name]) !== JSON.stringify(theirs[name])).sort();
}

/**
 * Reads the payload of an op.
 *
 * @param payload the parsed JSON
 * @param clock of the op: its instant stands in for a missing `created_at`
 * @returns the content, or what is wrong with it in one clause
 */
export function decodePayload(
  payload: unknown,
  clock: Clock,
): { readonly content: MemoryContent } | { readonly problem: string } {
  if (!isJsonObject(payload)) return { problem: "payload is not an object" };
  const problem = findProblem(payload);
  if (problem !== undefined) return { problem };
  const createdAt = normalizeTimestamp(String(payload.created_at ?? clock.updatedAt));
  if (createdAt === undefined) return { problem: "created_at is not a timestamp" };
  const text = (name: string) => payload[name] as string;
  const optional = (name: string) => (payload[name] ?? null) as string | null;
  const list = (name: string) => (payload[name] ?? []) as readonly string[];
  return {
    content: {
      kind: text("kind"),
      title: text("title"),
      body: text("body"),
      subtitle: optional("subtitle"),
      narrative: optional("narrative"),
      facts: list("facts"),
      concepts: list("concepts"),
      filesRead: list("files_read"),
      filesModified: list("files_modified"),
      tags: list("tags"),
      project: optional("project"),
      confidence: (payload.confidence ?? null) as number | null,
      active: (payload.active ?? true) as boolean,
      createdAt,
      originDeviceId: optional("origin_device_id"),
      extra: unknownFields(payload),
    },
  };
}

const TEXT_FIELDS = ["subtitle", "narrative", "project", "created_at", "origin_device_id"];

function findProblem(payload: JsonObject): string | undefined {
  for (const name of ["kind", "title", "body"]) {
    if (!isStorable(payload[name])) return `${name} is not a text`;
  }
  if (payload.kind === "") return "kind is empty";
  for (const name of TEXT_FIELDS) {
    if (!isAbsent(payload[name]) && !isStorable(payload[name])) return `${name} is not a text`;
  }
  for (const name of LIST_NAMES) {
    const items = payload[name] ?? [];
    if (!Array.isArray(items) || !items.every(isStorable)) return `${name} is not a list of texts`;
  }
  const { confidence, active, origin_device_id: origin } = payload;
  if (!isAbsent(confidence) && typeof confidence !== "number") return "confidence is not a number";
  if (!isAbsent(active) && typeof active !== "boolean") return "active is not a boolean";
  if (!isAbsent(origin) && !isDeviceId(origin)) return "origin_device_id is not a device id";
  return undefined;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isStorable(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function unknownFields(payload: JsonObject): JsonObject {
  const names = Object.keys(payload).filter((name) => !KNOWN.has(name));
  return Object.fromEntries(names.map((name) => [name, payload[name]!]));
}

const encoder = new TextEncoder();

/** Whether a canonical payload is no larger than {@link MAX_PAYLOAD_BYTES} in UTF-8. */
export function fitsPayload(text: string): boolean {
  // A UTF-16 unit takes at most three bytes: most texts need not be encoded to know.
  return text.length * 3 <= MAX_PAYLOAD_BYTES || encoder.encode(text).length <= MAX_PAYLOAD_BYTES;
}
