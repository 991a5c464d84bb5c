/** The beginning of a text, or what stands around a word of it, on one line. */

/** The longest title of a summary, in characters. */
export const SUMMARY_TITLE_LENGTH = 200;
/** The longest excerpt of a summary, in characters. */
const EXCERPT_LENGTH = 300;

/** How much of the text before a word that was found an excerpt shows. */
const LEAD_LENGTH = 60;

/** Text on one line, at most so many characters long. */
export function clip(text: string, length: number): string {
  // White space that is folded may take any number of characters: so many are looked at.
  const isWhole = text.length <= length * 8;
  const start = isWhole ? text : text.slice(0, length * 8);
  const line = start.toWellFormed().replace(/\s+/g, " ").trim();
  if (isWhole && line.length <= length) return line;
  // A character takes at most two units.
  const characters = Array.from(line.slice(0, length * 2 + 1));
  if (isWhole && characters.length <= length) return line;
  return `${characters.slice(0, length - 1).join("").trimEnd()}…`;
}

/**
 * What a list shows of a body besides its title: a title that was made from the first line is not
 * shown twice.
 */
export function excerptOf(body: string, title: string): string {
  const rest = body.trimStart();
  const start = title.endsWith("…") ? "" : title.trim();
  return clip(
    start !== "" && rest.startsWith(start) ? rest.slice(start.length) : rest,
    EXCERPT_LENGTH,
  );
}

/**
 * The part of a text around the first of its words that begins with one of `words`.
 *
 * @param words as {@link foldWords} makes them
 * @returns `undefined` where none of them occurs
 */
export function excerptAround(text: string, words: readonly string[]): string | undefined {
  const at = firstMatch(text, words);
  if (at === undefined) return undefined;
  if (at <= LEAD_LENGTH) return clip(text, EXCERPT_LENGTH);
  const lead = text.slice(at - LEAD_LENGTH, at).replace(/^\S*\s/, "");
  return `…${clip(lead + text.slice(at), EXCERPT_LENGTH - 1)}`;
}

/** A run of letters and digits, and the marks on them. */
const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;
/** What the full-text index takes for a word (`unicode61`, sqlite.org/fts5.html §4.3.1). */
const INDEXED_WORD = /[\p{L}\p{N}\p{Co}]+/gu;

/** The words of a text as the full-text index compares them: small letters, without marks on Latin ones. */
export function foldWords(text: string): string[] {
  return fold(text).match(INDEXED_WORD) ?? [];
}

/** A part of a text, and whether it is a word that was looked for. */
export interface MarkedPart {
  readonly text: string;
  readonly found: boolean;
}

/** Cuts a text at the words in it that begin with one of `words`, as {@link foldWords} makes them. */
export function markWords(text: string, words: readonly string[]): MarkedPart[] {
  const parts: MarkedPart[] = [];
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!begins(word, words)) continue;
    if (index > from) parts.push({ text: text.slice(from, index), found: false });
    from = index + word.length;
    parts.push({ text: text.slice(index, from), found: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), found: false });
  return parts;
}

function firstMatch(text: string, words: readonly string[]): number | undefined {
  // Letters and digits are no syntax of regular expressions.
  const plain = new RegExp(`(?<![\\p{L}\\p{N}\\p{Co}])(?:${words.join("|")})`, "iu").exec(text);
  if (plain !== null || words.length === 0) return plain?.index;
  if (/^[\0-\x7f]*$/.test(text)) return undefined;
  for (const { 0: word, index } of text.matchAll(WORD)) if (begins(word, words)) return index;
  return undefined;
}

function begins(word: string, wanted: readonly string[]): boolean {
  const folded = fold(word);
  return wanted.some((each) => folded.startsWith(each));
}

function fold(text: string): string {
  const small = text.toLowerCase().replaceAll("ς", "σ");
  return small.normalize("NFD").replace(/([a-z])[\u0300-\u036f]+/g, "$1").normalize("NFC");
}
