/** Reading what another process has written, perhaps only half of it, or another version of it. */
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";

/** The object that a text is the JSON of; `undefined` where it is none. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
