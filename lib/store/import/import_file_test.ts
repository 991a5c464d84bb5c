import { assertEquals } from "@std/assert";
import { assertComplete, edit, withBench } from "../../../tests/support/devices/import_bench.ts";
import { digestsEqual } from "../../model/digest.ts";
import { exportMemories } from "../memories/export.ts";
import { openStore, type Store } from "../store.ts";
import { importFile } from "./import_file.ts";

for (
  const [era, source] of [["python", "upstream-python"], [
    "typescript",
    "upstream-typescript",
  ]] as const
) {
  Deno.test(`a database of the ${era} era comes in whole, once`, async () => {
    await withBench(async ({ store, sample }) => {
      const path = sample({ era, memories: 1_200 });
      const first = await importFile(store, path);
      assertComplete(first);
      assertEquals(first.source, source);
      assertEquals(first.applied, 1_200);
      assertEquals([first.tombstones, first.inactive], [60, 60]);
      assertEquals([first.duplicates, first.superseded, first.stale], [60, 60, 60]);
      assertEquals([first.skippedCount, first.warnings], [0, []]);
      const { digest, inactive } = store.stats();
      assertEquals([digest.live, digest.tombstones, inactive], [1_140, 60, 60]);

      const second = await importFile(store, path);
      assertComplete(second);
      assertEquals([second.applied, second.unchanged, second.stale], [0, 1_200, 60]);
      assertEquals(digestsEqual(store.stats().digest, digest), true);
      assertEquals(store.digestHolds(), true);
    });
  });
}

Deno.test("two machines that import their own copies of synced memories hold the same", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const seed = 7;
    const memories = 400;
    const own = sample({ seed, memories, deviceId: "device-a", peerDeviceId: "device-b" });
    await importFile(store, own);
    Deno.removeSync(own);
    const other = openStore({ path: `${folder}/other.db` });
    try {
      const era = "typescript";
      const copy = sample({ era, seed, memories, deviceId: "device-b", peerDeviceId: "device-a" });
      await importFile(other, copy);
      const ids = (each: Store) =>
        [...exportMemories(each, { includeDeleted: true })].map(({ id }) => id).sort();
      assertEquals(ids(store), ids(other));
      assertEquals(store.stats().digest, other.stats().digest);
    } finally {
      other.close();
    }
  });
});

Deno.test("the newest of several rows with one key stands, whatever their order", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 0 });
    edit(path, (database) => {
      const insert = database.prepare(
        `INSERT INTO memory_items (session_id, kind, title, body_text, created_at, updated_at, rev, import_key)
         VALUES (1, 'decision', ?, '', ?, ?, ?, 'the-key')`,
      );
      const at = "2026-01-01T00:00:00";
      insert.run("second", at, at, 1);
      insert.run("third", at, at, 2);
      insert.run("first", at, at, null);
    });
    const report = await importFile(store, path);
    assertEquals([report.applied, report.stale, report.duplicates], [2, 1, 2]);
    assertEquals(store.memories.find("the-key")?.title, "third");
  });
});

Deno.test("a database that was never synced gives the same ids wherever and whenever it is imported", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample({ userVersion: 0, memories: 30 });
    const report = await importFile(store, path);
    assertEquals([report.userVersion, report.applied, report.tombstones], [0, 33, 0]);
    const moved = `${folder}/elsewhere.sqlite`;
    Deno.renameSync(path, moved);
    edit(moved, (database) => database.exec("DELETE FROM memory_items WHERE id = 1"));
    edit(
      moved,
      (database) =>
        database.exec(
          "UPDATE memory_items SET title = 'edited', updated_at = '2027-01-01' WHERE id = 3",
        ),
    );
    const again = await importFile(store, moved);
    assertEquals([again.applied, again.unchanged], [0, 31]);
    assertEquals(again.skipped, [{ row: 3, reason: "updated_at is not a timestamp" }]);
  });
});

Deno.test("rows that cannot be taken are reported, and the others come in", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 150 });
    edit(path, (database) => {
      const set = (id: number, change: string) =>
        database.exec(`UPDATE memory_items SET ${change} WHERE id = ${id}`);
      set(1, "kind = ''");
      set(2, "updated_at = 'soon'");
      set(8, "body_text = zeroblob(3000000)");
      set(16, "title = x'ff00'");
      set(17, "title = 'a' || char(0) || 'b'");
      set(18, "rev = 9223372036854775807");
    });
    const report = await importFile(store, path);
    assertComplete(report);
    assertEquals(report.skippedCount, 5);
    assertEquals(report.skipped, [
      { row: 1, reason: "kind is empty" },
      { row: 2, reason: "updated_at is not a timestamp" },
      { row: 8, reason: "larger than 2097152 bytes" },
      { row: 16, reason: "title is not a text" },
      { row: 18, reason: "rev is not a revision" },
    ]);
    assertEquals(
      store.memories.recent({ limit: 500 }).filter((each) => each.title === "a\ufffdb").length,
      1,
    );
  });
});

Deno.test("the list of rows that were not taken is bounded, their number is exact", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 400 });
    edit(
      path,
      (database) => database.exec("UPDATE memory_items SET kind = '' WHERE deleted_at IS NULL"),
    );
    const report = await importFile(store, path);
    assertComplete(report);
    assertEquals([report.applied, report.skipped.length, report.skippedCount], [20, 100, 400]);
  });
});

Deno.test("numbers that JavaScript cannot hold do not stop an import", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ userVersion: 0, memories: 4 });
    edit(path, (database) => {
      database.exec(
        "UPDATE sessions SET id = 9223372036854775807, started_at = 9223372036854775807",
      );
      database.exec(
        "UPDATE memory_items SET session_id = 9223372036854775807, id = 9223372036854775807 - id",
      );
    });
    assertEquals((await importFile(store, path)).applied, 4);
  });
});

Deno.test("a database of a later upstream comes in with a warning", async () => {
  await withBench(async ({ store, sample }) => {
    const report = await importFile(store, sample({ era: "typescript", userVersion: 23 }));
    assertEquals([report.applied, report.warnings.length], [100, 1]);
  });
});

Deno.test("progress reaches the number of rows", async () => {
  await withBench(async ({ store, sample }) => {
    const seen: (number | undefined)[][] = [];
    const path = sample({ memories: 1_000 });
    const onProgress = (progress: { rows: number; totalRows: number | undefined }) => {
      seen.push([progress.rows, progress.totalRows]);
    };
    await importFile(store, path, { onProgress });
    assertEquals(seen.at(0), [500, 1_100]);
    assertEquals(seen.at(-1), [1_100, 1_100]);
  });
});
