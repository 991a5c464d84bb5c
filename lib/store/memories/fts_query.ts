/** Typed text as a full-text query of SQLite, which ranks what it finds. */
import { typedParts } from "./typed_parts.ts";

/**
 * Turns typed text into an FTS5 query: every word must occur, the last letters of a word may be
 * missing, and a part in double quotes must occur as it stands. No character of the text is syntax
 * (sqlite.org/fts5.html §3).
 *
 * @returns the query, or `undefined` where the text holds no word
 */
export function ftsQuery(text: string): string | undefined {
  const terms = typedParts(text)
    .map(({ literal, isPhrase }) => isPhrase ? `"${literal}"` : `"${literal}" *`);
  return terms.length === 0 ? undefined : terms.join(" ");
}
