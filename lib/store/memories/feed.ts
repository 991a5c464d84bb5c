/** The memories as a page shows them: newest first, in clipped summaries, a page at a time. */
import { foldWords } from "../../model/excerpt.ts";
import type { StoreContext } from "../context.ts";
import type { Column, Row } from "../database.ts";
import { FacetCache, type Facets } from "./feed_facets.ts";
import { type FeedFilter, filterCondition } from "./feed_filter.ts";
import { searchFeed } from "./feed_search.ts";
import {
  FOUND_COLUMNS,
  type MemorySummary,
  SUMMARY_COLUMNS,
  summaryFromRow,
} from "./memory_summary.ts";
import { typedWords, wordQuery } from "./word_query.ts";

export type { FacetCount, Facets } from "./feed_facets.ts";
export type { FeedFilter } from "./feed_filter.ts";
export type { MemorySummary } from "./memory_summary.ts";

/** A place in the feed: right after this memory. */
export interface FeedPlace {
  readonly createdAt: string;
  readonly rowId: number;
}

/** A part of the feed. */
export interface FeedPage {
  readonly memories: readonly MemorySummary[];
  /** Where the next page begins, if there is one. */
  readonly next: FeedPlace | undefined;
}

/** A part of what a search has found. */
export interface SearchPage {
  readonly memories: readonly MemorySummary[];
  /** How many matches come before the next page, if there is one. */
  readonly next: number | undefined;
  readonly total: number;
  /** Whether there may be more than `total`; no page shows them. */
  readonly isCut: boolean;
  /** Typed words that begin so many others that some of these were left out. */
  readonly broad: readonly string[];
}

/** A page ends when so much text was read for it: one memory can have two megabytes. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
/** The highest number of arrivals that is told. */
export const MAX_ARRIVED = 100;
/** The highest number of new rows that are held against the filter. */
const MAX_ARRIVED_ROWS = 2_000;

/** The feed of a store. */
export class Feed {
  readonly #context: StoreContext;
  readonly #facets: FacetCache;

  constructor(context: StoreContext) {
    this.#context = context;
    this.#facets = new FacetCache(context);
  }

  /** The newest memories, or those behind `before`. */
  page(
    { before, limit, ...filter }: FeedFilter & {
      readonly before?: FeedPlace | undefined;
      readonly limit: number;
    },
  ): FeedPage {
    const { where, values } = filterCondition(filter);
    const behind = before === undefined ? "" : "AND (m.created_at, m.row_id) < (?, ?)";
    const place = before === undefined ? [] : [before.createdAt, before.rowId];
    const rows = this.#context.database.each(
      `SELECT ${SUMMARY_COLUMNS} FROM memories m WHERE ${where} ${behind}
       ORDER BY m.created_at DESC, m.row_id DESC LIMIT ?`,
      ...values,
      ...place,
      limit + 1,
    );
    const { memories, isCut } = takePage(rows, limit);
    const last = memories.at(-1);
    return { memories, next: isCut ? last : undefined };
  }

  /** Memories that hold all words of `text`: see {@link searchFeed}. */
  async search(
    { text, skip = 0, limit, ...filter }: FeedFilter & {
      readonly text: string;
      readonly skip?: number | undefined;
      readonly limit: number;
    },
  ): Promise<SearchPage> {
    const { database } = this.#context;
    const { rowIds, isCut, broad } = await searchFeed(database, { text, filter });
    const words = foldWords(text);
    const { memories } = takePage(this.#rows(rowIds.slice(skip, skip + limit)), limit, words);
    const through = skip + memories.length;
    const next = memories.length > 0 && through < rowIds.length ? through : undefined;
    return { memories, next, total: rowIds.length, isCut, broad };
  }

  /** How many memories pass the filter. */
  count(filter: FeedFilter): number {
    const { where, values } = filterCondition(filter);
    const row = this.#context.database.get(
      `SELECT count(*) AS count FROM memories m WHERE ${where}`,
      ...values,
    );
    return row!.count as number;
  }

  /** Rises with each memory that arrives, whenever it was written. */
  newestArrival(): number {
    const row = this.#context.database.get("SELECT ifnull(max(row_id), 0) AS id FROM memories");
    return row!.id as number;
  }

  /**
   * How many memories that the list would show have arrived since; at most {@link MAX_ARRIVED}.
   *
   * @param since as {@link Feed.newestArrival} was then
   */
  countArrived(
    { since, text, ...filter }: FeedFilter & {
      readonly since: number;
      readonly text?: string | undefined;
    },
  ): number {
    const { where, values } = filterCondition(filter);
    const arrived = text === undefined
      ? { sql: "SELECT row_id FROM memories NOT INDEXED WHERE row_id > ?", values: [since] }
      : this.#matchesSince(text, since);
    if (arrived === undefined) return 0;
    const row = this.#context.database.get(
      `SELECT count(*) AS count FROM (
         SELECT 1 FROM (${arrived.sql} LIMIT ${MAX_ARRIVED_ROWS}) a
         CROSS JOIN memories m ON m.row_id = a.row_id WHERE ${where} LIMIT ${MAX_ARRIVED})`,
      ...arrived.values,
      ...values,
    );
    return row!.count as number;
  }

  /** What there is to filter by; counted anew only after a change. */
  facets(): Promise<Facets> {
    return this.#facets.read();
  }

  #matchesSince(text: string, since: number): { sql: string; values: Column[] } | undefined {
    const words = typedWords(text);
    if (words.length === 0) return undefined;
    return {
      sql: `SELECT rowid AS row_id FROM memories_fts WHERE memories_fts MATCH ? AND rowid > ?
        ORDER BY rowid DESC`,
      values: [wordQuery(this.#context.database, words).query, since],
    };
  }

  *#rows(rowIds: readonly number[]): Generator<Row> {
    for (const rowId of rowIds) {
      const row = this.#context.database.get(
        `SELECT ${FOUND_COLUMNS} FROM memories m WHERE m.row_id = ? AND m.deleted_at IS NULL`,
        rowId,
      );
      if (row !== undefined) yield row;
    }
  }
}

/** Reads row by row, so that a page can end as soon as it has enough text. */
function takePage(
  rows: Iterable<Row>,
  limit: number,
  words: readonly string[] = [],
): { memories: MemorySummary[]; isCut: boolean } {
  const memories: MemorySummary[] = [];
  let bytes = 0;
  for (const row of rows) {
    const isFull = memories.length === limit || bytes > MAX_PAGE_BYTES;
    if (isFull) return { memories, isCut: true };
    bytes += row.bytes as number;
    memories.push(summaryFromRow(row, words));
  }
  return { memories, isCut: false };
}
