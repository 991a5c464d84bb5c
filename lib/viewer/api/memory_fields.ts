/** The fields of a memory as a request gives them. */
import type { JsonObject } from "../../model/canonical_json.ts";
import type { MemoryContent } from "../../model/memory.ts";
import { isBlank, isKind, itemList, KIND_RULE, titleProblem } from "../../model/memory_fields.ts";
import { invalidField } from "./request_body.ts";

/** Fields that were given; absent where they were not. */
export type GivenFields = Partial<Omit<MemoryContent, "createdAt" | "originDeviceId" | "extra">>;

const TEXT = "a text that is not empty";
const TEXT_OR_NULL = `${TEXT}, or null to take it away`;

/** For each name in JSON: the name in the program, and how the value is read. */
const FIELDS = {
  kind: ["kind", kindOf],
  title: ["title", titleOf],
  body: ["body", (value, name) => textOf(value, name, TEXT)],
  subtitle: ["subtitle", optionalText],
  narrative: ["narrative", optionalText],
  project: ["project", optionalText],
  facts: ["facts", listOf],
  concepts: ["concepts", listOf],
  files_read: ["filesRead", listOf],
  files_modified: ["filesModified", listOf],
  tags: ["tags", listOf],
  confidence: ["confidence", confidenceOf],
} as const satisfies Readonly<
  Record<string, readonly [keyof GivenFields, (value: unknown, name: string) => unknown]>
>;

/**
 * Reads the fields of a memory.
 *
 * @throws invalid_input with the field's name in `details.field`
 */
export function memoryFields(body: JsonObject): GivenFields {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(FIELDS, name)) {
      throw invalidField(name, `one of the fields ${Object.keys(FIELDS).join(", ")}`, name);
    }
    const [key, read] = FIELDS[name as keyof typeof FIELDS];
    fields[key] = read(value, name);
  }
  return fields;
}

function kindOf(value: unknown, name: string): string {
  if (typeof value === "string" && isKind(value)) return value;
  throw invalidField(name, KIND_RULE, value);
}

function titleOf(value: unknown, name: string): string {
  if (typeof value === "string" && titleProblem(value) === undefined) return value.trim();
  throw invalidField(name, "a text of one line that is not empty", value);
}

function textOf(value: unknown, name: string, expected: string): string {
  if (typeof value === "string" && !isBlank(value)) return value;
  throw invalidField(name, expected, value);
}

function optionalText(value: unknown, name: string): string | null {
  return value === null ? null : textOf(value, name, TEXT_OR_NULL);
}

function listOf(value: unknown, name: string): readonly string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  const items = isList ? itemList(value) : undefined;
  if (items !== undefined) return items;
  throw invalidField(name, "a list of texts that are not empty", value);
}

function confidenceOf(value: unknown, name: string): number | null {
  if (value === null) return null;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw invalidField(name, "a number from 0 to 1, or null to take it away", value);
}
