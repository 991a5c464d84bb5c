/** Which memory a person means. */
import { CodememError } from "../../errors.ts";
import type { Database } from "../database.ts";

/** The length at which the beginning of an id may be given in its place. */
const MIN_PREFIX = 4;
/** How many memories are named where several begin alike. */
const MAX_NAMED = 5;

/**
 * The id of the memory that is not deleted and whose id begins as `text` does.
 *
 * @param text the first four or more characters of an id
 * @throws not_found where no memory has such an id; usage where it is too short; invalid_input where
 * several have one
 */
export function resolvePrefix(database: Database, text: string): string {
  const hint = "`codemem recent` lists memories with their ids";
  if (text.length < MIN_PREFIX) {
    const message = `"${text}" is too short for an id: give at least ${MIN_PREFIX} characters`;
    throw new CodememError("usage", message, { hint });
  }
  const ids = database.all(
    "SELECT id FROM memories WHERE substr(id, 1, ?) = ? AND deleted_at IS NULL LIMIT ?",
    text.length,
    text,
    MAX_NAMED,
  ).map(({ id }) => id as string);
  const [id] = ids;
  if (id === undefined) {
    throw new CodememError("not_found", `No memory has the id "${text}"`, { hint });
  }
  if (ids.length === 1) return id;
  const message = `Several memories begin with "${text}": ${ids.join(", ")}`;
  throw new CodememError("invalid_input", message, { hint: "Give more characters of the id" });
}
