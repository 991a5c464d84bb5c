/**
 * Search while someone types: in parts so short that nothing else has to wait, however many memories
 * there are and however common a word is.
 *
 * Two features of SQLite's full-text search take longer the more often a word occurs: ranking by
 * `bm25`, and prefixes (`"s" *`), for which it merges all places of all words with that prefix. Instead,
 * the words with a prefix are looked up one by one (see {@link wordQuery}), and matches in titles come
 * first, then the newest. Both read only as many places as are shown.
 */
import { nextTurn } from "../../time/next_turn.ts";
import type { Database } from "../database.ts";
import { type FeedFilter, filterCondition } from "./feed_filter.ts";
import { holdsWords, type TypedWord, typedWords, wordQuery } from "./word_query.ts";

/** The number of matches that are ranked; whoever wants others types another word. */
const MAX_MATCHES = 300;

/** The number of matches that are held against the filter: that takes about 30 ms at most. */
const MAX_LOOKED_AT = 10_000;
/** Where no more memories pass the filter, they are read rather than looked up by their words. */
const FEW = 2_000;
/** How much of their text is read in one turn of the event loop. */
const SLICE_BYTES = 512 * 1024;

/** What to search. */
export interface Search {
  readonly text: string;
  readonly filter: FeedFilter;
}

/** What a search has found. */
export interface Found {
  /** Best first. */
  readonly rowIds: readonly number[];
  /** Whether there may be more. */
  readonly isCut: boolean;
  /** Typed words that begin so many others that some of these were left out. */
  readonly broad: readonly string[];
}

interface Match {
  readonly rowId: number;
  readonly createdAt: string;
  readonly inTitle: boolean;
}

/** The memories that hold all words of `text`, whose last letters may be missing. */
export async function searchFeed(database: Database, search: Search): Promise<Found> {
  const words = typedWords(search.text);
  if (words.length === 0) return { rowIds: [], isCut: false, broad: [] };
  const few = fewThatPass(database, search.filter);
  if (few !== undefined) {
    const matches = await read(database, few, words);
    return { rowIds: ranked(matches), isCut: matches.length > MAX_MATCHES, broad: [] };
  }
  return await lookUp(database, words, search.filter);
}

async function lookUp(
  database: Database,
  words: readonly TypedWord[],
  filter: FeedFilter,
): Promise<Found> {
  const { query, broad } = wordQuery(database, words);
  const titled = collect(database, `{title} : (${query})`, filter);
  await nextTurn();
  const all = collect(database, query, filter);
  const inTitle = new Set(titled.matches.map(({ rowId }) => rowId));
  const matches = [
    ...titled.matches.map((match) => ({ ...match, inTitle: true })),
    ...all.matches.filter(({ rowId }) => !inTitle.has(rowId)),
  ];
  return {
    rowIds: ranked(matches),
    isCut: all.isCut || titled.isCut || matches.length > MAX_MATCHES,
    broad,
  };
}

/** The matches that arrived last. */
function collect(
  database: Database,
  query: string,
  filter: FeedFilter,
): { readonly matches: Match[]; readonly isCut: boolean } {
  const { where, values } = filterCondition(filter);
  // From the end of the index: to begin anywhere else, SQLite reads all that stands before.
  const rows = database.each(
    `SELECT w.row_id, m.created_at, (${where}) AS fits FROM (
       SELECT rowid AS row_id FROM memories_fts WHERE memories_fts MATCH ?
       ORDER BY rowid DESC LIMIT ${MAX_LOOKED_AT}
     ) w CROSS JOIN memories m ON m.row_id = w.row_id`,
    ...values,
    query,
  );
  const matches: Match[] = [];
  let looked = 0;
  for (const { row_id: rowId, created_at: createdAt, fits } of rows) {
    if (matches.length === MAX_MATCHES) return { matches, isCut: true };
    looked++;
    if (fits !== 1) continue;
    matches.push({ rowId: rowId as number, createdAt: createdAt as string, inTitle: false });
  }
  return { matches, isCut: looked === MAX_LOOKED_AT };
}

/** The memories that pass a filter, where they are few. */
function fewThatPass(database: Database, filter: FeedFilter): number[] | undefined {
  const { project, kind, originDeviceId, setAside = "none" } = filter;
  const isFiltered = [project, kind, originDeviceId].some((each) => each !== undefined);
  if (!isFiltered && setAside !== "only") return undefined;
  const { where, values } = filterCondition(filter);
  const rows = database.all(
    `SELECT m.row_id FROM memories m WHERE ${where}
     ORDER BY m.created_at DESC, m.row_id DESC LIMIT ${FEW + 1}`,
    ...values,
  );
  return rows.length > FEW ? undefined : rows.map((row) => row.row_id as number);
}

async function read(
  database: Database,
  rowIds: readonly number[],
  words: readonly TypedWord[],
): Promise<Match[]> {
  const matches: Match[] = [];
  let bytes = 0;
  for (const rowId of rowIds) {
    const row = database.get(
      "SELECT title, body, search_text, created_at FROM memories WHERE row_id = ?",
      rowId,
    );
    const [title, body, rest] = [row!.title, row!.body, row!.search_text] as string[];
    if (holdsWords([title!, body!, rest!], words)) {
      const inTitle = holdsWords([title!], words);
      matches.push({ rowId, createdAt: row!.created_at as string, inTitle });
    }
    bytes += title!.length + body!.length + rest!.length;
    if (bytes < SLICE_BYTES) continue;
    bytes = 0;
    await nextTurn();
  }
  return matches;
}

function ranked(matches: readonly Match[]): number[] {
  return matches.toSorted(bestFirst).slice(0, MAX_MATCHES).map(({ rowId }) => rowId);
}

function bestFirst(a: Match, b: Match): number {
  if (a.inTitle !== b.inTitle) return a.inTitle ? -1 : 1;
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return b.rowId - a.rowId;
}
