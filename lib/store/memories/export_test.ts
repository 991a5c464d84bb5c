import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { digestsEqual } from "../../model/digest.ts";
import type { MemoryContent } from "../../model/memory.ts";
import { exportMemories } from "./export.ts";
import { decodeExportRecord } from "./export_record.ts";
import { importFile } from "../import/import_file.ts";
import type { ImportCandidate } from "../import/import_candidate.ts";
import { openStore, type Store } from "../store.ts";

const text = fc.string({ unit: "binary" }).map((each) => each.replaceAll("\0", " ").toWellFormed());
const texts = fc.array(text, { maxLength: 3 });
const instant = fc.date({
  min: new Date("2000-01-01T00:00:00Z"),
  max: new Date("2100-01-01T00:00:00Z"),
  noInvalidDate: true,
}).map((date) => date.toISOString());
const deviceId = fc.constantFrom("device-a", "device-b", "device-c");

/** Names that stand in a record with another meaning, and names of nothing yet. */
const extraName = fc.constantFrom("id", "clock", "deleted_at", "extra", "mood", "__proto__");

const content: fc.Arbitrary<MemoryContent> = fc.record({
  kind: text.filter((each) => each !== ""),
  title: text,
  body: text,
  subtitle: fc.option(text),
  narrative: fc.option(text),
  facts: texts,
  concepts: texts,
  filesRead: texts,
  filesModified: texts,
  tags: texts,
  project: fc.option(text),
  confidence: fc.option(fc.constantFrom(0, 0.5, 1, -1)),
  active: fc.boolean(),
  createdAt: instant,
  originDeviceId: fc.option(deviceId),
  extra: fc.dictionary(
    extraName,
    fc.oneof(fc.constant(null), text, fc.integer(), fc.constant({ a: [1] })),
  ),
});

const candidate: fc.Arbitrary<ImportCandidate> = fc.record({
  entityId: fc.uuid(),
  content: fc.option(content),
  clock: fc.record({ rev: fc.nat(), updatedAt: instant, deviceId }),
}).map((each) => ({ ...each, deletedAt: each.content === null ? each.clock.updatedAt : null }));

/** A store for one test. */
function withStore<T>(body: (store: Store) => T): T {
  const store = openStore({ path: ":memory:" });
  try {
    return body(store);
  } finally {
    store.close();
  }
}

Deno.test("an export, imported into an empty store, leads to the same digest", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/export.json`;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(candidate, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (candidates, asArray) => {
          const source = openStore({ path: ":memory:" });
          const target = openStore({ path: ":memory:" });
          try {
            assertEquals(source.importVersions(candidates).refused, []);
            const records = [...exportMemories(source, { includeDeleted: true })];
            const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
            Deno.writeTextFileSync(path, asArray ? JSON.stringify(records) : lines);
            const report = await importFile(target, path);
            assertEquals([report.source, report.skipped], ["export", []]);
            assertEquals(report.applied, records.length);
            const digests = [source, target].map((store) => store.stats().digest);
            assertEquals(digestsEqual(digests[0]!, digests[1]!), true);
          } finally {
            source.close();
            target.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a record holds the id, the clock and the fields of the memory side by side", () => {
  withStore((store) => {
    const { id, clock } = store.memories.remember({
      kind: "decision",
      title: "Title",
      body: "Body",
      extra: JSON.parse('{"mood":"calm","id":"another","__proto__":{"a":1}}'),
    });
    const record = [...exportMemories(store)][0]!;
    assertEquals(record.id, id);
    assertEquals(record.clock, {
      rev: 1,
      updated_at: clock.updatedAt,
      device_id: store.deviceId,
    });
    assertEquals([record.deleted_at, record.title, record.mood], [null, "Title", "calm"]);
    assertEquals(record.extra, { id: "another" });
    assertEquals(Object.getOwnPropertyDescriptor(record, "__proto__")?.value, { a: 1 });
  });
});

Deno.test("deleted memories are left out unless they are asked for, and hold no text", () => {
  withStore((store) => {
    const { id } = store.memories.remember({ kind: "decision", title: "Title", body: "Body" });
    const deletedAt = store.memories.forget([id])[0]?.deletedAt;
    assertEquals([...exportMemories(store)], []);
    const [record] = [...exportMemories(store, { includeDeleted: true })];
    assertEquals(Object.keys(record!), ["id", "clock", "deleted_at"]);
    assertEquals<unknown>(record!.deleted_at, deletedAt);
  });
});

const CLOCK = { rev: 1, updated_at: "2026-01-01T00:00:00.000Z", device_id: "a" };

Deno.test("a record that is not one says why", () => {
  const whole = { id: "a", clock: CLOCK, deleted_at: null, kind: "k", title: "t", body: "b" };
  const cases: [value: unknown, problem: string][] = [
    [[], "not a memory"],
    [{ id: 1, clock: {} }, "not a memory"],
    [{ ...whole, id: "" }, "id is not a valid id"],
    [{ ...whole, clock: { ...CLOCK, rev: -1 } }, "clock is not a valid clock"],
    [{ ...whole, deleted_at: 5 }, "deleted_at is not a timestamp"],
    [{ ...whole, title: 5 }, "title is not a text"],
    [{ ...whole, kind: "" }, "kind is empty"],
    [{ ...whole, body: "x".repeat(3_000_000) }, "larger than 2097152 bytes, or not well-formed"],
  ];
  for (const [value, problem] of cases) assertEquals(decodeExportRecord(value), { problem });
  assertEquals(decodeExportRecord(whole).problem, undefined);
});
