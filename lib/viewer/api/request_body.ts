/** What the requests of the viewer carry: a JSON object of a modest size, and parameters. */
import { CodememError } from "../../errors.ts";
import type { JsonObject } from "../../model/canonical_json.ts";
import { isJsonObject } from "../../model/canonical_json.ts";

/** Room for a memory of the largest size, escaped. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Reads the body of a request. One that is empty is an empty object.
 *
 * @throws invalid_request, too_large
 */
export async function readJsonObject(request: Request): Promise<JsonObject> {
  const text = await readText(request);
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("its body is not JSON");
  }
  if (!isJsonObject(value)) throw invalid("its body is not a JSON object");
  return value;
}

/**
 * A parameter that must be a whole number between two limits.
 *
 * @throws invalid_input with the parameter's name in `details.field`
 */
export function wholeNumber(
  parameters: URLSearchParams,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw invalidField(name, `a whole number from ${min} to ${max}`, text);
}

/** A refusal that names the field. */
export function invalidField(field: string, expected: string, got: unknown): CodememError {
  const shown = JSON.stringify(got) ?? "nothing";
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return new CodememError(
    "invalid_input",
    `Cannot use ${field}: expected ${expected}, got ${short}`,
    { details: { field } },
  );
}

/**
 * A member that must be a text.
 *
 * @throws invalid_input with the member's name in `details.field`
 */
export function requiredText(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw invalidField(name, "a text", value);
}

/** A member that may be true; it is false where it is not there. */
export function flag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === "boolean") return value;
  throw invalidField(name, "true or false", value);
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    for await (const part of request.body ?? []) {
      size += part.length;
      if (size > MAX_BODY_BYTES) break;
      text += decoder.decode(part, { stream: true });
    }
    text += decoder.decode();
  } catch {
    throw invalid("its body is not UTF-8");
  }
  if (size <= MAX_BODY_BYTES) return text;
  throw new CodememError(
    "too_large",
    `Cannot take the request: it is over ${MAX_BODY_BYTES} bytes`,
  );
}

function invalid(problem: string): CodememError {
  return new CodememError("invalid_request", `Cannot take the request: ${problem}`, {
    hint: "docs/api.md shows what each request carries",
  });
}
