/** The words that someone types, as a query of FTS5 that is answered quickly. */
import { foldWords } from "../../model/excerpt.ts";
import type { Database } from "../database.ts";
import { typedParts } from "./typed_parts.ts";

/** The words of one query at most, among them those that begin as a typed one does. */
const MAX_WORDS = 250;
/** A shorter word that is not the last one is taken to be complete. */
const MIN_OPEN_LENGTH = 3;

/** A word, or a part in double quotes. */
export interface TypedWord {
  /** As it was typed. */
  readonly literal: string;
  /** As the index compares words; "foo-bar" are two. */
  readonly words: readonly string[];
  /** Whether its last letters may be missing. */
  readonly isOpen: boolean;
}

/** Takes typed text apart; what holds neither a letter nor a digit is left out. */
export function typedWords(text: string): TypedWord[] {
  const parts = typedParts(text);
  return parts.map(({ literal, isPhrase }, index) => {
    const words = foldWords(literal);
    const isLast = index === parts.length - 1;
    const isLong = (words.at(-1) ?? "").length >= MIN_OPEN_LENGTH;
    return { literal, words, isOpen: !isPhrase && (isLast || isLong) };
  });
}

/**
 * A query for all of the words (sqlite.org/fts5.html §3). No character of them is syntax.
 *
 * @returns also the words that are the beginning of more words than are looked for
 */
export function wordQuery(
  database: Database,
  words: readonly TypedWord[],
): { readonly query: string; readonly broad: readonly string[] } {
  const limit = Math.ceil(MAX_WORDS / words.length);
  const broad: string[] = [];
  const terms = words.map((typed) => {
    const { literal, isOpen } = typed;
    if (!isOpen) return `"${literal}"`;
    const last = typed.words.at(-1) ?? "";
    const endings = last === "" ? [] : wordsThatBegin(database, last, limit + 1);
    if (endings.length > limit) broad.push(last);
    // SQLite may fold the word in another way than this program: then it has to find the endings.
    if (endings.length === 0) return `"${literal}" *`;
    const before = typed.words.slice(0, -1).map((word) => `${word} `).join("");
    return `(${endings.slice(0, limit).map((word) => `"${before}${word}"`).join(" OR ")})`;
  });
  return { query: terms.join(" AND "), broad };
}

/** Whether the texts hold all of the words, as the index would say. */
export function holdsWords(texts: readonly string[], words: readonly TypedWord[]): boolean {
  const all = texts.map((text) => ` ${foldWords(text).join(" ")} `).join("\n");
  return words.every(({ words: parts, isOpen }) =>
    parts.length > 0 && all.includes(` ${parts.join(" ")}${isOpen ? "" : " "}`)
  );
}

/** Each word costs one seek in the index; a prefix query would read every place of each of them. */
function wordsThatBegin(database: Database, start: string, limit: number): string[] {
  const words: string[] = [];
  for (let from = start; words.length < limit;) {
    const row = database.get("SELECT term FROM memories_words WHERE term >= ? LIMIT 1", from);
    const word = row?.term as string | undefined;
    if (word === undefined || !word.startsWith(start)) break;
    words.push(word);
    // The smallest text after this word.
    from = `${word}\u0001`;
  }
  return words;
}
