/** What the viewer asks of a large store, against a plain select of as many rows. */
import { DatabaseSync } from "node:sqlite";
import { Feed } from "../../lib/store/memories/feed.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { nextTurn } from "../../lib/time/next_turn.ts";
import type { Bench } from "./devices.ts";
import { compared, type Figure } from "./figure.ts";
import { benchMemories } from "./memories.ts";

const RUNS = 15;
const WARM_UP_RUNS = 2;
const ROWS = 50;
/** So many times the memories that the other measures work with. */
const TIMES_MORE = 10;
const BATCH = 2_000;

const PLAIN = `SELECT * FROM memories WHERE deleted_at IS NULL
  ORDER BY created_at DESC, row_id DESC LIMIT ${ROWS}`;

/** One thing that a page asks for, and how many plain selects it may take. */
interface Question {
  readonly figure: string;
  readonly atMost: number;
  readonly how: string;
  readonly ask: () => unknown;
}

/** Measures what the feed, its search and its filters need in a store of its own. */
export async function* feed({ memories, folder, signal }: Bench): AsyncGenerator<Figure> {
  const path = `${folder}/feed.db`;
  const store = openStore({ path });
  try {
    const words = await fill(store, memories * TIMES_MORE, signal);
    using plain = new DatabaseSync(path);
    const statement = plain.prepare(PLAIN);
    for (const question of questions(store, words)) {
      const { ms, longestMs, limit } = await measure(question.ask, () => statement.all());
      yield compared({
        ...{ figure: question.figure, value: ms, unit: "ms", limit },
        goal: { atMost: question.atMost },
        how: `${question.how}; limit: a plain select of the newest ${ROWS} rows`,
        memories: memories * TIMES_MORE,
        longest_turn_ms: Number(longestMs.toPrecision(3)),
      });
    }
  } finally {
    store.close();
  }
}

/** Words of the store, by how many memories hold them. */
interface Words {
  /** Few. */
  readonly rare: string;
  /** Nearly all. */
  readonly common: string;
  /** The beginning of very many words. */
  readonly letter: string;
}

function questions(store: Store, { rare, common, letter }: Words): readonly Question[] {
  const feed = new Feed(store.context);
  const middle = middleOf(feed, store);
  const search = (text: string, filter = {}) => () => feed.search({ text, limit: ROWS, ...filter });
  const page = (filter: object) => () => feed.page({ limit: ROWS, ...filter });
  return [
    { figure: "feed_page", atMost: 15, how: "the newest 50", ask: page({}) },
    { figure: "feed_deep_page", atMost: 15, how: "from the middle", ask: page({ before: middle }) },
    {
      ...{ figure: "feed_filtered", atMost: 20, how: "of one project and one kind" },
      ask: page({ project: "atlas", kind: "bugfix" }),
    },
    {
      ...{ figure: "feed_filtered_none", atMost: 150, how: "of a project that none is of" },
      ask: page({ project: "none" }),
    },
    {
      ...{ figure: "feed_count", atMost: 150, how: "how many one project has" },
      ask: () => feed.count({ project: "atlas" }),
    },
    { figure: "search_rare", atMost: 40, how: "a word that few hold", ask: search(rare) },
    { figure: "search_common", atMost: 150, how: "a word that all hold", ask: search(common) },
    { figure: "search_letter", atMost: 600, how: "one letter", ask: search(letter) },
    {
      ...{ figure: "search_common_filtered", atMost: 250, how: "a common word, of one kind" },
      ask: search(common, { kind: "bugfix" }),
    },
    {
      ...{ figure: "search_common_none", atMost: 200, how: "a common word, of no project" },
      ask: search(common, { project: "none" }),
    },
    {
      ...{ figure: "feed_facets", atMost: 2_000, how: "all choices, counted after a change" },
      ask: () => {
        store.memories.remember({ kind: "note", title: "t", body: "b" });
        return feed.facets();
      },
    },
    {
      ...{ figure: "feed_facets_kept", atMost: 5, how: "all choices, with nothing changed" },
      ask: () => feed.facets(),
    },
  ];
}

function middleOf(feed: Feed, { memories }: Store) {
  const rowId = Math.floor(feed.newestArrival() / 2);
  const { createdAt } = memories.recent({ limit: 1 })[0]!;
  return { createdAt, rowId };
}

/** In batches, so that an interruption is heard. */
async function fill(store: Store, count: number, signal: AbortSignal): Promise<Words> {
  const contents = benchMemories(count);
  const seen = new Map<string, number>();
  for (let written = 0; written < count; written += BATCH) {
    signal.throwIfAborted();
    store.transaction(() => {
      for (let index = 0; index < BATCH; index++) {
        const { done, value } = contents.next();
        if (done === true) return;
        const { createdAt: _now, originDeviceId: _here, ...draft } = value;
        store.memories.remember(draft);
        if (written === 0) {
          for (const word of draft.body.match(/\w+/g)!) seen.set(word, (seen.get(word) ?? 0) + 1);
        }
      }
    });
    await nextTurn();
  }
  const byCount = [...seen].sort(([, a], [, b]) => b - a).map(([word]) => word);
  return { rare: String(count - 1), common: byCount[0]!, letter: byCount[0]!.slice(0, 1) };
}

/** How a question and the plain select compare. */
interface Measured {
  readonly ms: number;
  /** The longest time in which nothing else had its turn. */
  readonly longestMs: number;
  readonly limit: number;
}

/**
 * The quickest of several runs of both in turn: whatever else goes on makes a long one longer, and
 * leaves a short one as it is.
 */
async function measure(ask: () => unknown, plain: () => unknown): Promise<Measured> {
  const [asked, plains, turns]: number[][] = [[], [], []];
  for (let run = -WARM_UP_RUNS; run < RUNS; run++) {
    const plainMs = syncMs(plain);
    const { ms, longestMs } = await askOnce(ask);
    if (run < 0) continue;
    plains!.push(plainMs);
    asked!.push(ms);
    turns!.push(longestMs);
  }
  return { ms: Math.min(...asked!), longestMs: Math.min(...turns!), limit: Math.min(...plains!) };
}

async function askOnce(ask: () => unknown): Promise<{ ms: number; longestMs: number }> {
  const startedMs = performance.now();
  let doneMs: number | undefined;
  const answered = Promise.resolve(ask()).then(() => doneMs = performance.now());
  let [turnMs, longestMs] = [startedMs, 0];
  do {
    await Promise.resolve();
    longestMs = Math.max(longestMs, performance.now() - turnMs);
    if (doneMs === undefined) await nextTurn();
    turnMs = performance.now();
  } while (doneMs === undefined);
  await answered;
  return { ms: doneMs - startedMs, longestMs };
}

function syncMs(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
