import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { CodememError } from "../../lib/errors.ts";
import { MEND_DATABASE } from "../../lib/model/mend_database.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { Random } from "../support/random.ts";
import { TempFolder } from "../support/devices/stores.ts";

const PAGE_BYTES = 4096;

function makeDatabase(path: string, random: Random): number {
  const store = openStore({ path, randomUuid: random.uuid });
  for (let count = 0; count < 60; count++) {
    const body = `${random.word()} `.repeat(1 + random.below(300));
    store.memories.remember({ kind: "note", title: random.word(), body });
  }
  store.close();
  return Deno.statSync(path).size / PAGE_BYTES;
}

/** Uses much of a store; returns whether anything noticed that it is damaged. */
function useAll(path: string): boolean {
  let store: Store | undefined;
  try {
    store = openStore({ path });
    // First of all: a scrub may mend what is wrong with an index.
    const isDamaged = store.integrityProblems().length > 0;
    const [first] = store.memories.recent({ limit: 100 });
    store.memories.search({ text: "zq", limit: 10 });
    store.log.page({ after: 0, limit: 100, maxBytes: Infinity });
    store.stats();
    const { id } = store.memories.remember({ kind: "note", title: "t", body: "b" });
    store.memories.forget(first === undefined ? [id] : [id, first.id]);
    return !store.digestHolds() || isDamaged;
  } catch (error) {
    // Whatever SQLite finds comes out as an error of ours.
    assert(error instanceof CodememError, `${error}`);
    assertEquals(error.code, "database_corrupt");
    assertEquals(error.hint, MEND_DATABASE);
    return true;
  } finally {
    store?.close();
  }
}

/** Pages that hold nothing but text, in which SQLite can see no damage. */
function textPages(path: string): Set<number> {
  const database = new DatabaseSync(path);
  const rows = database.prepare("SELECT pageno FROM dbstat WHERE pagetype = 'overflow'").all();
  database.close();
  return new Set(rows.map(({ pageno }) => Number(pageno) - 1));
}

Deno.test("a page that is overwritten with anything never ends the process, and is noticed", () => {
  using folder = new TempFolder();
  const random = new Random(20260101);
  const whole = folder.file("whole.db");
  const pages = makeDatabase(whole, random);
  const bytes = Deno.readFileSync(whole);
  const text = textPages(whole);
  const unnoticed: number[] = [];
  for (let page = 0; page < pages; page++) {
    const damaged = bytes.slice();
    damaged.set(random.bytes(PAGE_BYTES), page * PAGE_BYTES);
    const path = folder.file(`damaged-${page}.db`);
    Deno.writeFileSync(path, damaged);
    if (!useAll(path) && !text.has(page)) unnoticed.push(page);
    removeDatabase(path);
  }
  assertEquals(unnoticed, []);
});

Deno.test("bytes that are flipped here and there never end the process", () => {
  using folder = new TempFolder();
  const random = new Random(7);
  const whole = folder.file("whole.db");
  makeDatabase(whole, random);
  const bytes = Deno.readFileSync(whole);
  for (let round = 0; round < 60; round++) {
    const damaged = bytes.slice();
    for (let count = 0; count <= round % 8; count++) {
      const at = 100 + random.below(damaged.length - 100);
      damaged[at] = damaged[at]! ^ (1 << random.below(8));
    }
    const path = folder.file(`damaged-${round}.db`);
    Deno.writeFileSync(path, damaged);
    useAll(path);
    removeDatabase(path);
  }
});

Deno.test("a database that was cut short is refused or noticed", () => {
  using folder = new TempFolder();
  const random = new Random(9);
  const whole = folder.file("whole.db");
  makeDatabase(whole, random);
  const bytes = Deno.readFileSync(whole);
  for (const part of [0.9, 0.5, 0.1]) {
    const path = folder.file(`cut-${part}.db`);
    Deno.writeFileSync(path, bytes.slice(0, Math.floor(bytes.length * part)));
    assert(useAll(path), `${part} of it`);
  }
});

function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
