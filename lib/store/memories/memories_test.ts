import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  memoryStore,
  TempFolder,
  VirtualClock,
  wireOps,
} from "../../../tests/support/devices/stores.ts";
import { CodememError } from "../../errors.ts";
import { Database } from "../database.ts";
import { openStore } from "../store.ts";

const DRAFT = { kind: "decision", title: "Use WAL", body: "Readers do not wait for writers" };

Deno.test("a remembered memory is found by its id, with everything that was given", () => {
  const store = memoryStore();
  const given = {
    ...DRAFT,
    subtitle: "",
    narrative: "long",
    facts: ["one", "two"],
    concepts: ["sqlite"],
    filesRead: ["a.ts"],
    filesModified: ["b.ts"],
    tags: ["db"],
    project: "codemem",
    confidence: 0,
    extra: { mood: { good: true } },
  };
  const memory = store.memories.remember(given);
  const { id, clock, deletedAt, createdAt, originDeviceId, active, ...rest } = memory;
  assertEquals(rest, given);
  assertEquals([clock.rev, clock.deviceId, clock.updatedAt], [1, store.deviceId, createdAt]);
  assertEquals([deletedAt, originDeviceId, active], [null, store.deviceId, true]);
  assertEquals(store.memories.find(id), memory);
});

Deno.test("an edit changes what is named, keeps the rest and counts the revision", () => {
  const store = memoryStore();
  const before = store.memories.remember({ ...DRAFT, tags: ["db"] });
  const after = store.memories.edit(before.id, { title: "Use WAL mode" });
  assertEquals([after.title, after.body, after.tags], ["Use WAL mode", DRAFT.body, ["db"]]);
  assertEquals(after.clock.rev, 2);
  assertEquals(after.createdAt, before.createdAt);
  assert(after.clock.updatedAt > before.clock.updatedAt);
});

Deno.test("an edit is newer than what it edits even where the clock was set back", () => {
  const clock = new VirtualClock();
  const store = memoryStore(clock);
  const { id } = store.memories.remember(DRAFT);
  clock.advance(-86_400_000);
  assertEquals(store.memories.edit(id, { title: "later" }).title, "later");
  assertEquals(store.memories.forget([id])[0]!.clock.rev, 3);
});

Deno.test("a memory whose revision is the highest there is can still be changed and forgotten", () => {
  const store = memoryStore();
  const [op] = wireOps(memoryWith(DRAFT));
  const clock = { ...op!.clock as object, rev: 2 ** 40 };
  store.apply([{ ...op, clock }], { peerDeviceId: "peer" });
  const other = memoryStore();
  store.memories.edit(op!.entity_id as string, { title: "changed" });
  other.apply(wireOps(store), { peerDeviceId: "peer" });
  assertEquals(other.memories.find(op!.entity_id as string)?.title, "changed");
  store.memories.forget([op!.entity_id as string]);
  other.apply(wireOps(store), { peerDeviceId: "peer" });
  assertEquals(other.stats().digest.live, 0);
});

function memoryWith(draft: typeof DRAFT) {
  const store = memoryStore();
  store.memories.remember(draft);
  return store;
}

Deno.test("a forgotten memory is a tombstone without text that nothing finds", () => {
  const store = memoryStore();
  const { id } = store.memories.remember({ ...DRAFT, tags: ["db"], project: "p" });
  const [tombstone] = store.memories.forget([id]);
  assert(tombstone!.deletedAt !== null);
  assertEquals([tombstone!.title, tombstone!.body, tombstone!.project], ["", "", null]);
  assertEquals([tombstone!.tags, tombstone!.facts], [[], []]);
  assertEquals(store.memories.recent({ limit: 10 }), []);
  assertEquals(store.memories.search({ text: "wal", limit: 10 }), []);
  assertEquals([...store.memories.all()], []);
  assertThrows(() => store.memories.edit(id, { title: "x" }), CodememError, "no longer");
  assertThrows(() => store.memories.forget([id]), CodememError, "no longer");
});

Deno.test("of several memories to forget either all are forgotten or none", () => {
  const store = memoryStore();
  const { id } = store.memories.remember(DRAFT);
  assertThrows(() => store.memories.forget([id, "missing"]), CodememError, "missing");
  assertEquals(store.memories.recent({ limit: 10 }).length, 1);
  assertEquals(store.memories.forget([id, id]).length, 1);
});

Deno.test("an id may be shortened to four characters where it stays clear", () => {
  const [template] = wireOps(memoryWith(DRAFT));
  const store = memoryStore();
  const ids = ["aaaa1111", "aaaa2222", "bbbb3333"];
  store.apply(ids.map((id) => ({ ...template, op_id: `op-${id}`, entity_id: id })), {
    peerDeviceId: "peer",
  });
  assertEquals(store.memories.resolve("bbbb"), "bbbb3333");
  assertEquals(store.memories.resolve("aaaa1111"), "aaaa1111");
  assertThrows(() => store.memories.resolve("bbb"), CodememError, "too short for an id");
  assertThrows(() => store.memories.resolve("%%%%"), CodememError, "No memory has");
  assertThrows(() => store.memories.resolve("aaaa"), CodememError, "Several");
  store.memories.forget(["bbbb3333"]);
  assertThrows(() => store.memories.resolve("bbbb"), CodememError, "No memory has");
});

Deno.test("recent lists the newest first, within its filter", () => {
  const store = memoryStore();
  for (const [title, kind, project] of [["1", "a", "x"], ["2", "b", "x"], ["3", "a", "y"]]) {
    store.memories.remember({ ...DRAFT, title: title!, kind: kind!, project });
  }
  const hidden = store.memories.remember({ ...DRAFT, title: "4", kind: "a", active: false });
  const titles = (filter: Parameters<typeof store.memories.recent>[0]) =>
    store.memories.recent(filter).map(({ title }) => title).join("");
  assertEquals(titles({ limit: 10 }), "321");
  assertEquals(titles({ limit: 2 }), "32");
  assertEquals(titles({ limit: 10, kind: "a" }), "31");
  assertEquals(titles({ limit: 10, project: "x" }), "21");
  assertEquals(titles({ limit: 10, includeInactive: true }), "4321");
  assertEquals(store.memories.find(hidden.id)?.active, false);
});

Deno.test("search finds all words, their beginnings, phrases and every field", () => {
  const store = memoryStore();
  store.memories.remember({ ...DRAFT, title: "Élan vital", facts: ["lists the tagged facts"] });
  store.memories.remember({ ...DRAFT, title: "Other", narrative: "facts the other way round" });
  const found = (text: string) =>
    store.memories.search({ text, limit: 10 }).map(({ title }) => title).sort();
  assertEquals(found("elan"), ["Élan vital"]);
  assertEquals(found("vit"), ["Élan vital"]);
  assertEquals(found("facts"), ["Other", "Élan vital"]);
  assertEquals(found('"the tagged"'), ["Élan vital"]);
  assertEquals(found('"tagged the"'), []);
  assertEquals(found("facts missing"), []);
  assertEquals(found("  "), []);
});

Deno.test("search follows an edit", () => {
  const store = memoryStore();
  const { id } = store.memories.remember({ ...DRAFT, body: "the former wording" });
  store.memories.edit(id, { body: "the present wording" });
  assertEquals(store.memories.search({ text: "former", limit: 10 }), []);
  assertEquals(store.memories.search({ text: "present", limit: 10 }).length, 1);
});

Deno.test("history tells the versions that are kept, newest first", () => {
  const store = memoryStore();
  const { id } = store.memories.remember({ ...DRAFT, title: "first" });
  store.memories.edit(id, { title: "second" });
  assertEquals(
    store.memories.history(id).map(({ title, superseded, clock }) => [
      title,
      superseded,
      clock.rev,
    ]),
    [["second", false, 2], ["first", true, 1]],
  );
  store.memories.forget([id]);
  assertEquals(
    store.memories.history(id).map(({ title, opType }) => [title, opType]),
    [[null, "delete"]],
  );
});

Deno.test("all goes through more memories than it holds at a time", () => {
  const store = memoryStore();
  store.transaction(() => {
    for (let count = 0; count < 2_001; count++) store.memories.remember(DRAFT);
  });
  const ids = new Set([...store.memories.all()].map(({ id }) => id));
  assertEquals(ids.size, 2_001);
});

Deno.test("text that SQLite would cut or could not encode is kept as far as it is text", () => {
  const store = memoryStore();
  const { id } = store.memories.remember({ ...DRAFT, title: "a\0b", body: "\ud800 lone" });
  const kept = store.memories.find(id)!;
  assertEquals([kept.title, kept.body], ["a\ufffdb", "\ufffd lone"]);
});

Deno.test("a memory that is too large is refused and leaves nothing", () => {
  const store = memoryStore();
  const tooLarge = { ...DRAFT, body: "x".repeat(2 * 1024 * 1024) };
  assertThrows(() => store.memories.remember(tooLarge), CodememError, "too large");
  const { id } = store.memories.remember(DRAFT);
  assertThrows(() => store.memories.edit(id, tooLarge), CodememError, "too large");
  assertEquals(store.stats().ops, 1);
  assertEquals(store.memories.find(id)?.body, DRAFT.body);
});

for (const table of ["replication_ops", "memories", "replication_digest"]) {
  for (const change of ["remember", "edit", "forget"] as const) {
    Deno.test(`where ${table} fails, a ${change} leaves neither row nor op nor digest`, () => {
      using folder = new TempFolder();
      const path = folder.file("a.db");
      const store = openStore({ path });
      const { id } = store.memories.remember(DRAFT);
      const before = stateOf();
      const saboteur = new Database(path);
      for (const event of ["INSERT", "UPDATE"]) {
        saboteur.exec(`CREATE TRIGGER fail_${event} BEFORE ${event} ON ${table} BEGIN
          SELECT RAISE(ABORT, 'sabotage'); END`);
      }
      assertThrows(() => {
        if (change === "remember") store.memories.remember(DRAFT);
        else if (change === "edit") store.memories.edit(id, { title: "other" });
        else store.memories.forget([id]);
      }, Error);
      assertEquals(stateOf(), before);
      saboteur.exec("DROP TRIGGER fail_INSERT; DROP TRIGGER fail_UPDATE");
      saboteur.close();
      store.memories.edit(id, { title: "works again" });
      assert(store.digestHolds());
      store.close();

      function stateOf() {
        return [wireOps(store), [...store.memories.all()], store.stats().digest];
      }
    });
  }
}
