import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { makeUpstreamSample } from "../../../scripts/make_upstream_sample.ts";
import { CodememError } from "../../errors.ts";
import { exportMemories } from "../memories/export.ts";
import { openStore } from "../store.ts";
import { importFile } from "./import_file.ts";

/** Imports a file with these bytes, and fails where that ends in anything but a report or a refusal. */
async function importBytes(path: string, bytes: Uint8Array): Promise<void> {
  Deno.writeFileSync(path, bytes);
  const store = openStore({ path: ":memory:" });
  try {
    const { applied, unchanged, stale, superseded, skippedCount, rows } = await importFile(
      store,
      path,
    );
    assertEquals(applied + unchanged + stale + superseded + skippedCount, rows);
  } catch (error) {
    assert(error instanceof CodememError, `not our own error: ${error}`);
    assertEquals(error.code, "invalid_import", error.message);
  } finally {
    assert(store.digestHolds());
    store.close();
  }
}

/** A few bytes changed at random places. */
function mutated(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
  const cut = fc.oneof(
    { weight: 9, arbitrary: fc.constant(original.length) },
    { weight: 1, arbitrary: fc.nat(original.length) },
  );
  return fc.tuple(fc.array(change, { minLength: 1, maxLength: 40 }), cut).map(
    ([changes, length]) => {
      const bytes = original.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes.slice(0, length);
    },
  );
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("any bytes end in a refusal", async () => {
  await withFolder(async (folder) => {
    const head = fc.constantFrom("", "SQLite format 3\0", "{", "[", "\ufeff [{");
    const bytes = fc.tuple(head, fc.uint8Array({ maxLength: 5_000 })).map(([start, rest]) =>
      new Uint8Array([...new TextEncoder().encode(start), ...rest])
    );
    await fc.assert(
      fc.asyncProperty(bytes, (each) => importBytes(`${folder}/file`, each)),
      { numRuns: 150 },
    );
  });
});

for (const era of ["python", "typescript"] as const) {
  Deno.test(`a damaged database of the ${era} era ends in a report or a refusal`, async () => {
    await withFolder(async (folder) => {
      const sample = `${folder}/sample.sqlite`;
      makeUpstreamSample(sample, { era, memories: 40, deviceId: "device-a", seed: 3 });
      await fc.assert(
        fc.asyncProperty(
          mutated(Deno.readFileSync(sample)),
          (each) => importBytes(`${folder}/file`, each),
        ),
        { numRuns: 150 },
      );
    });
  });
}

Deno.test("a damaged write-ahead log ends in a report or a refusal", async () => {
  await withFolder(async (folder) => {
    const sample = `${folder}/sample.sqlite`;
    const options = { era: "python", memories: 40, deviceId: "device-a", seed: 3 } as const;
    makeUpstreamSample(sample, { ...options, liveWal: true });
    const database = Deno.readFileSync(sample);
    await fc.assert(
      fc.asyncProperty(mutated(Deno.readFileSync(`${sample}-wal`)), (log) => {
        Deno.writeFileSync(`${folder}/file-wal`, log);
        return importBytes(`${folder}/file`, database);
      }),
      { numRuns: 75 },
    );
  });
});

Deno.test("a damaged export ends in a report or a refusal", async () => {
  await withFolder(async (folder) => {
    const sample = `${folder}/sample.sqlite`;
    makeUpstreamSample(sample, { era: "python", memories: 20, deviceId: "device-a", seed: 3 });
    const store = openStore({ path: ":memory:" });
    await importFile(store, sample);
    const records = [...exportMemories(store, { includeDeleted: true })];
    store.close();
    const lines = records.map((record) => JSON.stringify(record)).join("\n");
    for (const text of [lines, JSON.stringify(records)]) {
      await fc.assert(
        fc.asyncProperty(
          mutated(new TextEncoder().encode(text)),
          (each) => importBytes(`${folder}/file`, each),
        ),
        { numRuns: 75 },
      );
    }
  });
});
