/** A memory while it is written: every field as the text in its input, and back. */
import type { KnownMemoryJson } from "../../../lib/model/memory_json.ts";

/** The fields of the form. Lists are one item a line, tags are separated by commas. */
export interface Draft {
  readonly title: string;
  readonly body: string;
  readonly kind: string;
  readonly project: string;
  readonly tags: string;
  readonly subtitle: string;
  readonly narrative: string;
  readonly facts: string;
  readonly concepts: string;
  readonly files_read: string;
  readonly files_modified: string;
  readonly confidence: string;
}

/** The name of a field. */
export type DraftField = keyof Draft;

/** Nothing written yet. */
export const EMPTY_DRAFT: Draft = {
  title: "",
  body: "",
  kind: "",
  project: "",
  tags: "",
  subtitle: "",
  narrative: "",
  facts: "",
  concepts: "",
  files_read: "",
  files_modified: "",
  confidence: "",
};

/** A memory as it stands, to be changed. */
export function draftOf(memory: KnownMemoryJson): Draft {
  const lines = (items: readonly string[]) => items.join("\n");
  return {
    title: memory.title,
    body: memory.body,
    kind: memory.kind,
    project: memory.project ?? "",
    tags: memory.tags.join(", "),
    subtitle: memory.subtitle ?? "",
    narrative: memory.narrative ?? "",
    facts: lines(memory.facts),
    concepts: lines(memory.concepts),
    files_read: lines(memory.files_read),
    files_modified: lines(memory.files_modified),
    confidence: memory.confidence === null ? "" : String(memory.confidence),
  };
}

/**
 * Whether two copies of a memory are of one version. Two devices that change it apart from each other
 * make versions of the same number, of which one wins.
 */
export function isSameVersion(a: KnownMemoryJson, b: KnownMemoryJson): boolean {
  return a.rev === b.rev && a.updated_at === b.updated_at && a.device_id === b.device_id;
}

/**
 * What a request carries of a draft: the fields that differ from `before`, so that a field nobody has
 * touched stays as it is, even where its input cannot show it (an item of several lines).
 */
export function changesOf(draft: Draft, before: Draft): Record<string, unknown> {
  const names = (Object.keys(draft) as DraftField[]).filter((name) => draft[name] !== before[name]);
  const given = names.map((name) => [name, valueOf(name, draft[name])] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function valueOf(name: DraftField, text: string): unknown {
  switch (name) {
    case "title":
    case "body":
      return text;
    case "kind":
      return text.trim();
    case "tags":
      return items(text, /[,\n]/);
    case "facts":
    case "concepts":
    case "files_read":
    case "files_modified":
      return items(text, "\n");
    case "confidence":
      return text.trim() === "" ? null : Number(text);
    default:
      return text.trim() === "" ? null : text;
  }
}

function items(text: string, separator: string | RegExp): string[] {
  return text.split(separator).map((item) => item.trim()).filter((item) => item !== "");
}
