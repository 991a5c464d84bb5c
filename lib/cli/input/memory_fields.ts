/** The fields of a memory that a person can give, as options of `remember` and `edit`. */
import { CodememError } from "../../errors.ts";
import type { MemoryContent } from "../../model/memory.ts";
import {
  isBlank,
  isKind,
  itemList,
  KIND_RULE,
  titleProblem,
  USUAL_KINDS,
} from "../../model/memory_fields.ts";
import type { OptionSpecs, OptionValues } from "./arguments.ts";

/** The options, beside title and body. */
export const FIELD_OPTIONS = {
  kind: {
    type: "text",
    value: "KIND",
    summary: `${USUAL_KINDS.join(", ")} or another word`,
    suggestions: USUAL_KINDS,
  },
  project: { type: "text", value: "NAME", summary: "the project it belongs to" },
  tag: { type: "texts", value: "TAG", summary: "a tag; may be repeated" },
  subtitle: { type: "text", value: "TEXT", summary: "a second line for the title" },
  narrative: { type: "text", value: "TEXT", summary: "how it came about" },
  fact: { type: "texts", value: "TEXT", summary: "a fact; may be repeated" },
  concept: { type: "texts", value: "TEXT", summary: "a concept; may be repeated" },
  "file-read": { type: "texts", value: "PATH", summary: "a file that was read; may be repeated" },
  "file-modified": {
    type: "texts",
    value: "PATH",
    summary: "a file that was changed; may be repeated",
  },
  confidence: { type: "number", min: 0, max: 1, summary: "how sure it is, from 0 to 1" },
} as const satisfies OptionSpecs;

type GivenFields = Partial<Omit<MemoryContent, "createdAt" | "originDeviceId" | "extra">>;

/**
 * The fields that were given; absent where they were not.
 *
 * @throws {CodememError} `invalid_input` for a text that cannot be the field's
 */
export function givenFields(options: OptionValues<typeof FIELD_OPTIONS>): GivenFields {
  const fields: Record<string, unknown> = {
    kind: options.kind === undefined ? undefined : checkKind(options.kind),
    project: optionalText(options, "project"),
    subtitle: optionalText(options, "subtitle"),
    narrative: optionalText(options, "narrative"),
    confidence: options.confidence,
    tags: optionalList(options, "tag"),
    facts: optionalList(options, "fact"),
    concepts: optionalList(options, "concept"),
    filesRead: optionalList(options, "file-read"),
    filesModified: optionalList(options, "file-modified"),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * A title as it was given.
 *
 * @throws {CodememError} `invalid_input` where it is blank or of several lines
 */
export function checkTitle(title: string): string {
  const problem = titleProblem(title);
  if (problem === undefined) return title.trim();
  throw new CodememError("invalid_input", `Cannot use the title: ${problem}`, {
    hint: "Give a title of one line, or leave --title out to take the first line of the text",
  });
}

function checkKind(kind: string): string {
  if (isKind(kind)) return kind;
  throw new CodememError("invalid_input", `Cannot use the kind "${kind}": it is not one word`, {
    hint: `Give ${KIND_RULE}`,
  });
}

type TextName = "project" | "subtitle" | "narrative";
type ListName = "tag" | "fact" | "concept" | "file-read" | "file-modified";

function optionalText(
  options: OptionValues<typeof FIELD_OPTIONS>,
  name: TextName,
): string | undefined {
  const text = options[name];
  if (text === undefined || !isBlank(text)) return text;
  throw blank(name);
}

function optionalList(
  options: OptionValues<typeof FIELD_OPTIONS>,
  name: ListName,
): readonly string[] | undefined {
  const items = itemList(options[name]);
  if (items === undefined) throw blank(name);
  return items.length === 0 ? undefined : items;
}

function blank(name: string): CodememError {
  return new CodememError("invalid_input", `Cannot use --${name}: the value is empty`, {
    hint: `Give a value, or leave --${name} out`,
  });
}
