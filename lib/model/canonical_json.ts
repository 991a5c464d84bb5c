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
  return serialise(value, 0);
}

/** Whether `value` is a plain JSON object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function serialise(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? JSON.stringify(value) : undefined;
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : undefined;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return "null";
  if (depth >= MAX_DEPTH) return undefined;
  return Array.isArray(value)
    ? serialiseArray(value, depth + 1)
    : serialiseObject(value as Record<string, unknown>, depth + 1);
}

function serialiseArray(items: readonly unknown[], depth: number): string | undefined {
  let text = "[";
  for (const [index, item] of items.entries()) {
    const part = serialise(item, depth);
    if (part === undefined) return undefined;
    text += index === 0 ? part : "," + part;
  }
  return text + "]";
}

function serialiseObject(members: Record<string, unknown>, depth: number): string | undefined {
  let text = "{";
  let separator = "";
  for (const name of Object.keys(members).sort()) {
    const part = serialise(members[name], depth);
    if (part === undefined || !name.isWellFormed()) return undefined;
    text += `${separator}${JSON.stringify(name)}:${part}`;
    separator = ",";
  }
  return text + "}";
}
