/** Full-text queries as people type them, in the words of FTS5. */

/**
 * Turns typed text into an FTS5 query: every word must occur, the last letters of a word may be
 * missing, and a part in double quotes must occur as it stands. No character of the text is syntax
 * (sqlite.org/fts5.html §3).
 *
 * @returns the query, or `undefined` where the text holds no word
 */
export function ftsQuery(text: string): string | undefined {
  const terms: string[] = [];
  for (const [, phrase, word] of text.matchAll(/"([^"\0]*)"|([^\s"\0]+)/g)) {
    const literal = phrase ?? word!;
    if (!/[\p{L}\p{N}\p{Co}]/u.test(literal)) continue;
    const quoted = `"${literal.replaceAll('"', '""')}"`;
    terms.push(phrase === undefined ? `${quoted} *` : quoted);
  }
  return terms.length === 0 ? undefined : terms.join(" ");
}
