/** A memory as a list shows it: never more of a text than fits a few lines. */
import { clip, excerptAround, excerptOf, SUMMARY_TITLE_LENGTH } from "../../model/excerpt.ts";
import type { Row } from "../database.ts";

/** What a list shows of a memory. */
export interface MemorySummary {
  readonly rowId: number;
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly excerpt: string;
  readonly tags: readonly string[];
  readonly project: string | null;
  readonly active: boolean;
  readonly originDeviceId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How many characters at the start of a text are searched for the words that were found. */
const LOOKED_AT = 8_000;
/** White space is folded, so that more characters are read than a title shows. */
const TITLE_READ = SUMMARY_TITLE_LENGTH * 2;
const MAX_NAME = 100;
const MAX_TAGS = 8;
const MAX_TAG_BYTES = 4_096;

/** The columns of `memories m` that a summary is made of. */
export const SUMMARY_COLUMNS = `m.row_id, m.id, substr(m.kind, 1, ${MAX_NAME + 1}) AS kind,
  substr(m.title, 1, ${TITLE_READ}) AS title, substr(m.body, 1, ${LOOKED_AT}) AS body,
  octet_length(m.title) + octet_length(m.body) AS bytes,
  iif(octet_length(m.tags) <= ${MAX_TAG_BYTES}, m.tags, '[]') AS tags,
  substr(m.project, 1, ${MAX_NAME + 1}) AS project, m.active, m.origin_device_id, m.created_at,
  m.updated_at`;

/** The columns of a summary of a memory that a search has found. */
export const FOUND_COLUMNS = `${SUMMARY_COLUMNS}, substr(m.search_text, 1, ${LOOKED_AT}) AS words`;

/**
 * Makes a summary.
 *
 * @param row {@link SUMMARY_COLUMNS}, or {@link FOUND_COLUMNS} where there are words
 * @param words that were searched for: the excerpt shows where they stand
 */
export function summaryFromRow(row: Row, words: readonly string[]): MemorySummary {
  const title = row.title as string;
  return {
    rowId: row.row_id as number,
    id: row.id as string,
    kind: clip(row.kind as string, MAX_NAME),
    title: clip(title, SUMMARY_TITLE_LENGTH),
    excerpt: excerptFor(row, title, words),
    tags: (JSON.parse(row.tags as string) as string[]).slice(0, MAX_TAGS)
      .map((tag) => clip(tag, MAX_NAME)),
    project: row.project === null ? null : clip(row.project as string, MAX_NAME),
    active: row.active === 1,
    originDeviceId: row.origin_device_id as string | null,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
  };
}

function excerptFor(row: Row, title: string, words: readonly string[]): string {
  const body = row.body as string;
  const start = excerptOf(body, title);
  if (words.length === 0) return start;
  // The start of the text is the better excerpt where it shows the words already.
  if (excerptAround(start, words) !== undefined) return start;
  return excerptAround(body, words) ?? excerptAround(row.words as string, words) ?? start;
}
