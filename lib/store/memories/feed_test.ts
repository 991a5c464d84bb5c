import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { memoryStore, VirtualClock, wireOps } from "../../../tests/support/devices/stores.ts";
import { Database } from "../database.ts";
import { filterCondition } from "./feed_filter.ts";
import { migrate } from "../migrate.ts";
import type { MemoryDraft } from "./memories.ts";
import { Feed, type FeedPlace } from "./feed.ts";
import type { Store } from "../store.ts";

const draft = (title: string, rest: Partial<MemoryDraft> = {}): MemoryDraft => ({
  kind: "note",
  title,
  body: `Body of ${title}`,
  ...rest,
});

const titlesOf = ({ memories }: { readonly memories: readonly { readonly title: string }[] }) =>
  memories.map(({ title }) => title);

function numbered(count: number, clock = new VirtualClock()): Store {
  const store = memoryStore(clock);
  for (let index = 0; index < count; index++) store.memories.remember(draft(`t${index}`));
  return store;
}

Deno.test("the feed is paged from the newest to the oldest, each memory once", () => {
  const clock = new VirtualClock();
  const store = memoryStore(clock);
  const feed = new Feed(store.context);
  store.transaction(() => {
    // All at the same instant: then the one that arrived last comes first.
    for (let index = 0; index < 25; index++) {
      clock.nowMs = Date.parse("2026-01-01T00:00:00.000Z");
      store.memories.remember(draft(`t${index}`));
    }
  });
  const seen: string[] = [];
  let before: FeedPlace | undefined;
  do {
    const page = feed.page({ limit: 10, before });
    seen.push(...titlesOf(page));
    before = page.next;
  } while (before !== undefined);
  assertEquals(seen, Array.from({ length: 25 }, (_, index) => `t${24 - index}`));
});

Deno.test("memories that arrive while someone pages move nothing", () => {
  const store = numbered(6);
  const feed = new Feed(store.context);
  const first = feed.page({ limit: 3 });
  store.memories.remember(draft("new"));
  assertEquals(titlesOf(feed.page({ limit: 3, before: first.next })), ["t2", "t1", "t0"]);
});

Deno.test("the feed shows what passes the filter", () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember(draft("a", { project: "atlas" }));
  store.memories.remember(draft("b", { project: "borealis", kind: "bugfix" }));
  store.memories.remember(draft("c", { project: "atlas", kind: "bugfix", active: false }));
  const { id } = store.memories.remember(draft("d", { project: "atlas" }));
  store.memories.forget([id]);
  const list = (filter: object) => titlesOf(feed.page({ limit: 9, ...filter }));
  assertEquals(list({}), ["b", "a"]);
  assertEquals(list({ project: "atlas" }), ["a"]);
  assertEquals(list({ kind: "bugfix" }), ["b"]);
  assertEquals(list({ setAside: "only" }), ["c"]);
  assertEquals(list({ setAside: "included", project: "atlas" }), ["c", "a"]);
  assertEquals(list({ originDeviceId: store.deviceId }), ["b", "a"]);
  assertEquals(list({ originDeviceId: "another" }), []);
  assertEquals(feed.count({ project: "atlas" }), 1);
});

Deno.test("a summary is short, however long the memory is", () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember({
    kind: "k".repeat(10_000),
    title: "t".repeat(1_000_000),
    body: "b".repeat(900_000),
    project: "p".repeat(10_000),
    tags: Array.from({ length: 500 }, () => "tag".repeat(100)),
  });
  const [summary] = feed.page({ limit: 1 }).memories;
  assertEquals([summary!.title.length, summary!.excerpt.length], [200, 300]);
  assert(JSON.stringify(summary).length < 2_000);
});

Deno.test("a page of very long memories is short of some, and the next one has them", () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.transaction(() => {
    for (let index = 0; index < 12; index++) {
      store.memories.remember(draft(`t${index}`, { body: "x".repeat(1_900_000) }));
    }
  });
  const first = feed.page({ limit: 12 });
  assert(first.memories.length < 12 && first.next !== undefined);
  const second = feed.page({ limit: 12, before: first.next });
  assertEquals(titlesOf(second)[0], `t${11 - first.memories.length}`);
});

Deno.test("a search finds every word, a title first and then the newest", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember(draft("Zebra crossing"));
  store.memories.remember(draft("Old", { body: "a zebra, once" }));
  store.memories.remember(draft("New", { body: "zebras again" }));
  store.memories.remember(draft("Horse"));
  const search = async (text: string) => titlesOf(await feed.search({ text, limit: 9 }));
  assertEquals(await search("zeb"), ["Zebra crossing", "New", "Old"]);
  assertEquals(await search("zebra again"), ["New"]);
  assertEquals(await search("zebra horse"), []);
  assertEquals(await search('"zebra"'), ["Zebra crossing", "Old"]);
  assertEquals(await search("cross"), ["Zebra crossing"]);
  assertEquals(await search("- ( *"), []);
});

Deno.test("a search that is filtered finds the same whether few or many pass the filter", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.transaction(() => {
    for (let index = 0; index < 2_300; index++) {
      const project = index < 5 ? "few" : "many";
      store.memories.remember(draft(`Zebra ${index}`, { project, body: "Grüße, foo-bar" }));
    }
  });
  const all = await feed.search({ text: "zebra gruße", limit: 9 });
  assertEquals([all.total, all.isCut], [300, true]);
  for (const text of ["zebra", "ZEB gru", "foo-ba", '"foo bar"', "foo-bar"]) {
    const few = await feed.search({ text, limit: 9, project: "few" });
    assertEquals(titlesOf(few), ["Zebra 4", "Zebra 3", "Zebra 2", "Zebra 1", "Zebra 0"], text);
    assertEquals([few.total, few.isCut], [5, false]);
    const many = await feed.search({ text, limit: 2, project: "many" });
    assertEquals(titlesOf(many), ["Zebra 2299", "Zebra 2298"], text);
  }
  const missed = await feed.search({ text: '"foo ba"', limit: 9, project: "few" });
  assertEquals(missed.total, 0);
});

Deno.test("what a search has found is paged", async () => {
  const store = numbered(25);
  const feed = new Feed(store.context);
  const seen: string[] = [];
  let skip: number | undefined = 0;
  while (skip !== undefined) {
    const page = await feed.search({ text: "body", limit: 10, skip });
    assertEquals(page.total, 25);
    seen.push(...titlesOf(page));
    skip = page.next;
  }
  assertEquals(seen, Array.from({ length: 25 }, (_, index) => `t${24 - index}`));
});

Deno.test("a beginning that very many words share is told", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  const words = Array.from({ length: 400 }, (_, index) => `a${index}`).join(" ");
  store.memories.remember(draft("Words", { body: words }));
  const found = await feed.search({ text: "a", limit: 9 });
  assertEquals([titlesOf(found), found.broad], [["Words"], ["a"]]);
  assertEquals((await feed.search({ text: "a39", limit: 9 })).broad, []);
});

Deno.test("an excerpt shows where the word stands, in whichever part of the memory", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember(
    draft("One", { body: `${"filler ".repeat(100)} zebra here`, facts: ["a walrus has tusks"] }),
  );
  const excerpt = async (text: string) =>
    (await feed.search({ text, limit: 1 })).memories[0]!.excerpt;
  assert((await excerpt("zebra")).endsWith("zebra here"));
  assert((await excerpt("walrus")).includes("a walrus has tusks"));
});

Deno.test("arrivals are counted whenever they were written, and only those of the list", () => {
  const clock = new VirtualClock();
  const other = memoryStore(new VirtualClock());
  other.memories.remember(draft("older", { project: "atlas" }));
  clock.advance(86_400_000);
  const store = numbered(3, clock);
  const feed = new Feed(store.context);
  const since = feed.newestArrival();
  assertEquals(feed.countArrived({ since }), 0);
  store.apply(wireOps(other), { peerDeviceId: "bob" });
  assertEquals(feed.countArrived({ since }), 1);
  assertEquals(feed.countArrived({ since, project: "atlas" }), 1);
  assertEquals(feed.countArrived({ since, project: "borealis" }), 0);
  assertEquals(feed.countArrived({ since, text: "old" }), 1);
  assertEquals(feed.countArrived({ since, text: "t1" }), 0);
  assertEquals(feed.countArrived({ since, text: "-" }), 0);
});

Deno.test("facets are counted anew after a change, and only then", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember(draft("a", { project: "atlas", kind: "bugfix" }));
  store.memories.remember(draft("b", { project: "atlas", active: false }));
  const first = await feed.facets();
  assertEquals(first, {
    total: 1,
    setAside: 1,
    projects: [{ name: "atlas", count: 1 }],
    kinds: [{ name: "bugfix", count: 1 }],
    devices: [{ name: store.deviceId, count: 1 }],
  });
  assert(await feed.facets() === first);
  store.memories.remember(draft("c", { project: "borealis" }));
  assertEquals((await feed.facets()).projects.length, 2);
});

Deno.test("facets of more memories than one turn counts are counted once each", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.transaction(() => {
    for (let index = 0; index < 10_050; index++) {
      store.memories.remember(draft("t", { project: index % 2 === 0 ? "even" : "odd" }));
    }
  });
  const { total, projects } = await feed.facets();
  assertEquals([total, projects], [
    10_050,
    [{ name: "even", count: 5_025 }, { name: "odd", count: 5_025 }],
  ]);
});

Deno.test("pages and counts read the index of the feed alone", () => {
  // No statistics are kept: what the plan is with no rows, it is with many.
  const database = new Database(":memory:");
  migrate(database);
  const planOf = (sql: string) =>
    database.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail).join("; ");
  const { where } = filterCondition({ project: "x", kind: "y" });
  const feed = planOf(
    `SELECT m.id FROM memories m WHERE ${where} AND (m.created_at, m.row_id) < ('2026', 1)
     ORDER BY m.created_at DESC, m.row_id DESC`.replaceAll("= ?", "= 'x'"),
  );
  assertEquals(feed, "SEARCH m USING INDEX memories_feed (created_at<?)");
  const count = planOf(
    `SELECT count(*) FROM memories m WHERE ${where}`.replaceAll("= ?", "= 'x'"),
  );
  assertEquals(count, "SCAN m USING COVERING INDEX memories_feed");
  database.close();
});

Deno.test("no text that can be typed breaks a search of the feed", async () => {
  const store = memoryStore();
  const feed = new Feed(store.context);
  store.memories.remember(draft("title one", { project: "p" }));
  const syntax = fc.constantFrom('"', "'", "*", "^", "(", ")", ":", "-", "+", "{", "}", "\0", ",");
  const keyword = fc.constantFrom("AND", "OR", "NOT", "NEAR", "title", "a", " ", "\ud800", "🎉");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.array(fc.oneof(syntax, keyword), { maxLength: 12 }).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (typed) => {
      await feed.search({ text: typed, limit: 3 });
      await feed.search({ text: typed, limit: 3, project: "p" });
      feed.countArrived({ since: 0, text: typed });
    }),
    { numRuns: 500 },
  );
});

Deno.test("a memory is found by every word of it, looked up or read", async () => {
  const word = fc.stringMatching(/^[a-zéÅйçΣşक水ñ0-9]{1,12}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
      const store = memoryStore();
      const feed = new Feed(store.context);
      store.memories.remember(draft(words.join(" "), { project: "p" }));
      for (const text of [...words, words.join(" "), `"${words.join(" ")}"`]) {
        for (const project of ["p", undefined]) {
          const { total } = await feed.search({ text, limit: 1, project });
          assertEquals(total, 1, text);
        }
      }
    }),
    { numRuns: 50 },
  );
});
