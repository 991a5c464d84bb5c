import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../tests/support/random.ts";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { Database } from "../database.ts";
import { openStore, type Store } from "../store.ts";

/** From what fits into a cell to what fills hundreds of overflow pages and leaves of the index. */
const SIZES = [10, 1_000, 3_500, 5_000, 20_000, 120_000, 1_500_000];

/** A memory that holds `word` everywhere. */
function draftOf(word: string, size: number) {
  return {
    kind: "note",
    title: `title ${word}`,
    body: `${word} in the body `.repeat(1 + size / 40),
    subtitle: `subtitle ${word}`,
    narrative: `${word} in the narrative `.repeat(1 + size / 40),
    facts: [`fact ${word}`],
    concepts: [word],
    filesRead: [`/${word}.ts`],
    filesModified: [`/${word}/modified.ts`],
    tags: [word],
    project: word,
    extra: { [`field_${word}`]: word },
  };
}

function openedIn(folder: TempFolder, seed = 1): Store {
  const random = new Random(seed);
  return openStore({
    path: folder.file("codemem.db"),
    nowMs: new VirtualClock().read,
    randomUuid: random.uuid,
  });
}

for (const size of SIZES) {
  Deno.test(`of a memory of ${size} bytes no byte is left once it is forgotten`, () => {
    using folder = new TempFolder();
    const random = new Random(size);
    // The index writes only the ends of words that begin alike.
    const [word, edited, kept] = [random.word(), `e${random.word()}`, `k${random.word()}`];
    const store = openedIn(folder);
    store.memories.remember(draftOf(kept, 300));
    const { id } = store.memories.remember(draftOf(word, size / 2));
    store.memories.edit(id, { ...draftOf(word, size / 3), title: edited });
    assert(folder.holds(word) && folder.holds(edited));
    store.memories.forget([id]);
    assertEquals([folder.holds(word), folder.holds(edited)], [false, false]);
    assert(folder.holds(kept));
    store.close();
    assertEquals([folder.holds(word), folder.holds(edited)], [false, false]);
  });

  Deno.test(`of a memory of ${size} bytes no byte is left once a peer has deleted it`, () => {
    using folder = new TempFolder();
    const word = new Random(size).word();
    const peer = memoryStore();
    const { id } = peer.memories.remember(draftOf(word, size / 2));
    const [written] = wireOps(peer);
    peer.memories.forget([id]);
    const store = openedIn(folder);
    const unreadable = { ...written, op_id: "other", op_type: "archive" };
    store.apply([written, unreadable], { peerDeviceId: "peer" });
    assert(folder.holds(word));
    store.apply(wireOps(peer), { peerDeviceId: "peer" });
    assertEquals(folder.holds(word), false);
    assert(store.scrub());
    assertEquals(folder.holds(word), false);
    store.close();
  });
}

/** Writes, edits and forgets; returns words of what was forgotten. */
function churn(store: Store, random: Random): string[] {
  const living: { readonly id: string; readonly word: string }[] = [];
  const forgotten: string[] = [];
  const text = (word: string) => `${word} body `.repeat(1 + 10 ** (random.next() * 3.6) / 15);
  for (let step = 0; step < 150; step++) {
    const chance = random.next();
    if (chance < 0.5 || living.length < 3) {
      const word = random.word();
      const { id } = store.memories.remember({ kind: "note", title: word, body: text(word) });
      living.push({ id, word });
    } else if (chance < 0.8) {
      const { id, word } = random.pick(living);
      store.memories.edit(id, { body: text(word) });
    } else {
      const [{ id, word }] = living.splice(random.below(living.length), 1) as [typeof living[0]];
      store.memories.forget([id]);
      forgotten.push(word);
    }
  }
  return forgotten;
}

/** Seeds with which rows are moved so that copies of them stay in the gaps of pages. */
for (const seed of [7, 25, 28, 60]) {
  Deno.test(`rows that were moved between pages leave no copy behind (seed ${seed})`, () => {
    using folder = new TempFolder();
    const store = openedIn(folder, seed);
    const forgotten = churn(store, new Random(seed));
    assertEquals(forgotten.filter((word) => folder.holds(word)), []);
    store.close();
  });
}

for (const repeats of [1_000, 1_500, 2_200, 3_000]) {
  Deno.test(`the index forgets ${repeats} repetitions that were edited before`, () => {
    using folder = new TempFolder();
    const store = openedIn(folder);
    const body = (other: string, count: number) => `marker ${other} `.repeat(count);
    const { id } = store.memories.remember({
      kind: "note",
      title: "",
      body: body("first", repeats),
    });
    store.memories.edit(id, { body: body("second", repeats * 0.7) });
    store.memories.forget([id]);
    const index = new Database(folder.file("codemem.db"));
    const query = "SELECT rowid FROM memories_fts WHERE memories_fts MATCH ?";
    for (const word of ["marker", "first", "second"]) assertEquals(index.all(query, word), []);
    index.close();
    store.close();
    assertEquals(folder.holds("marker"), false);
  });
}

Deno.test("while another connection reads, deleted text is due, and gone at the next call", () => {
  using folder = new TempFolder();
  const store = openedIn(folder);
  const word = new Random(7).word();
  const { id } = store.memories.remember(draftOf(word, 9_000));
  const reader = new Database(folder.file("codemem.db"));
  reader.read(() => {
    assertEquals(reader.get("SELECT count(*) AS count FROM memories")?.count, 1);
    store.memories.forget([id]);
    assertEquals(store.scrub(), false);
    // The reader is still entitled to see it.
    assert(folder.holds(word));
    assertEquals(reader.get("SELECT count(*) AS count FROM memories WHERE title <> ''")?.count, 1);
  });
  assert(store.scrub());
  assertEquals(folder.holds(word), false);
  reader.close();
  store.close();
});

Deno.test("what is due stays due over a restart", () => {
  using folder = new TempFolder();
  const word = new Random(8).word();
  const reader = new Database(folder.file("codemem.db"));
  const store = openedIn(folder);
  const { id } = store.memories.remember(draftOf(word, 100));
  reader.read(() => {
    reader.get("SELECT count(*) FROM memories");
    store.memories.forget([id]);
    store.close();
  });
  const again = openedIn(folder, 2);
  assert(again.scrub());
  again.close();
  reader.close();
  assertEquals(folder.holds(word), false);
});

Deno.test("a scrub within a change waits for its end", () => {
  const store = memoryStore();
  const { id } = store.memories.remember(draftOf("word", 100));
  store.transaction(() => {
    store.memories.forget([id]);
    assertEquals(store.scrub(), false);
  });
  assert(store.scrub());
});

Deno.test("nothing is written anew where nothing was deleted", () => {
  using folder = new TempFolder();
  const store = openedIn(folder);
  store.memories.remember(draftOf("word", 100));
  const size = () => Deno.statSync(folder.file("codemem.db-wal")).size;
  const before = size();
  assert(before > 0);
  assert(store.scrub());
  assertEquals(size(), before);
  store.close();
});
