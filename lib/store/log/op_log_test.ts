import { assert, assertEquals } from "@std/assert";
import { memoryStore, VirtualClock, wireOps } from "../../../tests/support/devices/stores.ts";
import type { PageQuery } from "./op_log.ts";
import type { Store } from "../store.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };
const ALL: PageQuery = { after: 0, limit: 1_000, maxBytes: Infinity };

function storeWith(count: number): Store {
  const store = memoryStore();
  for (let index = 0; index < count; index++) {
    store.memories.remember({ ...DRAFT, title: `memory ${index}` });
  }
  return store;
}

/** Reads a log to its end and returns the places of each page. */
function pages(store: Store, query: Omit<PageQuery, "after">): number[][] {
  const read: number[][] = [];
  for (let after = 0;;) {
    const page = store.log.page({ ...query, after });
    read.push(page.ops.map(({ seq }) => seq));
    after = page.through;
    if (!page.hasMore) return read;
  }
}

Deno.test("pages of a limited count hold every op once, in the order of the log", () => {
  const store = storeWith(7);
  assertEquals(pages(store, { limit: 3, maxBytes: Infinity }), [[1, 2, 3], [4, 5, 6], [7]]);
  assertEquals(pages(store, { limit: 7, maxBytes: Infinity }), [[1, 2, 3, 4, 5, 6, 7]]);
});

Deno.test("pages of limited bytes hold at least one op, however large", () => {
  const store = memoryStore();
  const large = "x".repeat(2 * 1024 * 1024 - 400);
  for (const body of ["a", large, "b", "c"]) store.memories.remember({ ...DRAFT, body });
  assertEquals(pages(store, { limit: 100, maxBytes: 64 * 1024 }), [[1], [2], [3, 4]]);
  assertEquals(pages(store, { limit: 100, maxBytes: 1 }), [[1], [2], [3], [4]]);
});

Deno.test("a page that ends early leaves no query open: a delete can empty the log behind it", () => {
  const store = storeWith(5);
  assert(store.log.page({ after: 0, limit: 2, maxBytes: Infinity }).hasMore);
  store.memories.forget([store.memories.recent({ limit: 1 })[0]!.id]);
  assert(store.scrub());
});

Deno.test("a page behind the end of the log is empty and stays where it is", () => {
  const store = storeWith(2);
  assertEquals(store.log.page({ ...ALL, after: 2 }), { ops: [], through: 2, hasMore: false });
  assertEquals(store.log.page({ ...ALL, after: 9 }), { ops: [], through: 9, hasMore: false });
});

Deno.test("a superseded op is served to nobody, and the page goes past it", () => {
  const store = storeWith(2);
  const [newest] = store.memories.recent({ limit: 1 });
  store.memories.edit(newest!.id, { title: "edited" });
  store.memories.edit(newest!.id, { title: "edited again" });
  assertEquals(pages(store, { limit: 1, maxBytes: Infinity }), [[1], [4]]);
  assertEquals(store.stats().history, 2);
});

Deno.test("what a peer handed over is not handed back to it, but to all others", () => {
  const store = storeWith(1);
  store.apply(wireOps(storeWith(2)), { peerDeviceId: "bob" });
  const seqs = (query: Partial<PageQuery>) =>
    store.log.page({ ...ALL, ...query }).ops.map(({ seq }) => seq);
  assertEquals(seqs({ exceptFrom: "bob" }), [1]);
  assertEquals(seqs({ exceptFrom: "carol" }), [1, 2, 3]);
  assertEquals(seqs({}), [1, 2, 3]);
  assertEquals([...store.log.countAfter(0)], [[null, 1], ["bob", 2]]);
  assertEquals([...store.log.countAfter(1)], [["bob", 2]]);
});

Deno.test("the head counts on when the newest ops are gone", () => {
  const store = storeWith(2);
  const { epoch, seq } = store.log.head();
  assertEquals(seq, 2);
  assert(/^[0-9a-f]{16}$/.test(epoch));
  const [newest] = store.memories.recent({ limit: 1 });
  store.memories.forget([newest!.id]);
  assertEquals(store.log.head(), { epoch, seq: 3 });
  assertEquals(store.log.snapshot().head.seq, 3);
});

Deno.test("history is pruned by age, in slices, and what stands is never pruned", () => {
  const clock = new VirtualClock();
  const store = memoryStore(clock);
  const { id } = store.memories.remember(DRAFT);
  for (let count = 0; count < 5; count++) store.memories.edit(id, { title: `${count}` });
  clock.advance(10_000);
  store.memories.edit(id, { title: "last" });
  const prune = () => store.log.prune({ olderThanMs: 5_000, limit: 2 });
  assertEquals([prune(), prune(), prune(), prune()], [2, 2, 1, 0]);
  assertEquals(store.memories.history(id).map(({ title }) => title), ["last", "4"]);
  clock.advance(10_000);
  assertEquals(prune(), 1);
  assertEquals(store.memories.history(id).map(({ title }) => title), ["last"]);
  assert(store.digestHolds());
});
