/** Reading JSON that another process has written, perhaps only in part, or of another version. */
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";

/** Parses the JSON of an object; `undefined` if the text is not one. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
