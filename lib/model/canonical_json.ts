/**
 * Canonical JSON: one text for one value, so that a value can be hashed and compared anywhere.
 *
 * Follows RFC 8785 (JCS) over I-JSON (RFC 7493): member names sorted by UTF-16 code units, no white
 * space, numbers and strings as ECMAScript serialises them; no lone surrogates, no numbers that are
 * not finite.
 */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Values nested deeper than this are refused: no memory needs it and every reader has a stack. */
export const MAX_DEPTH = 32;

/**
 * Serialises `value` canonically.
 *
 * @returns the text, or `undefined` where the value has no canonical form: not JSON, nested deeper
 * than {@link MAX_DEPTH}, a number that is not finite, or a string that is not well-formed Unicode.
 */
export function canonicalJson(value: unknown): string | undefined {
  const form = inspect(value, 0);
  if (form === "impossible") return undefined;
  // What comes from another device is in order already: the runtime writes it at once.
  return form === "ordered" ? JSON.stringify(value) : serialise(value as Json);
}

/** Whether `value` is a plain JSON object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has a canonical form, and whether its members already stand in that order. */
type Form = "ordered" | "unordered" | "impossible";

function inspect(value: unknown, depth: number): Form {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? "ordered" : "impossible";
    case "number":
      return Number.isFinite(value) ? "ordered" : "impossible";
    case "boolean":
      return "ordered";
    case "object":
      break;
    default:
      return "impossible";
  }
  if (value === null) return "ordered";
  if (depth >= MAX_DEPTH) return "impossible";
  return Array.isArray(value)
    ? inspectArray(value, depth + 1)
    : inspectObject(value as Record<string, unknown>, depth + 1);
}

function inspectArray(items: readonly unknown[], depth: number): Form {
  let form: Form = "ordered";
  for (const item of items) {
    const itsForm = inspect(item, depth);
    if (itsForm === "impossible") return itsForm;
    if (itsForm === "unordered") form = itsForm;
  }
  return form;
}

function inspectObject(members: Record<string, unknown>, depth: number): Form {
  let form: Form = "ordered";
  let last = "";
  for (const name of Object.keys(members)) {
    const itsForm = name.isWellFormed() ? inspect(members[name], depth) : "impossible";
    if (itsForm === "impossible") return itsForm;
    if (itsForm === "unordered" || name < last) form = "unordered";
    last = name;
  }
  return form;
}

function serialise(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(serialise).join(",")}]`;
  const members = value as JsonObject;
  const parts = Object.keys(members).sort()
    .map((name) => `${JSON.stringify(name)}:${serialise(members[name]!)}`);
  return `{${parts.join(",")}}`;
}
