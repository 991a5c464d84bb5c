import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { edit, inventory, withBench } from "../../../tests/support/devices/import_bench.ts";
import { CodememError } from "../../errors.ts";
import { findUpstreamDatabase } from "./find_upstream.ts";
import { importFile } from "./import_file.ts";

Deno.test("a source and its folder are left as they are", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample();
    const before = inventory(folder);
    await importFile(store, path);
    assertEquals(inventory(folder), before);
  });
});

Deno.test("a source in a write-ahead log is read from a copy that goes away", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample({ liveWal: true });
    const before = inventory(folder);
    assertEquals(before.length, 3);
    const tempDir = Deno.makeTempDirSync();
    try {
      const report = await importFile(store, path, { tempDir });
      assertEquals(report.applied, 100);
      assertEquals([...Deno.readDirSync(tempDir)], []);
    } finally {
      Deno.removeSync(tempDir);
    }
    assertEquals(inventory(folder), before);
  });
});

Deno.test("a source that another process has open and has written to is read to its last commit", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample();
    const database = new DatabaseSync(path);
    try {
      database.exec(
        "PRAGMA journal_mode = WAL; UPDATE memory_items SET title = 'written last', rev = 99 WHERE id = 1",
      );
      const before = inventory(folder);
      await importFile(store, path);
      assertEquals(inventory(folder), before);
    } finally {
      database.close();
    }
    assertEquals(store.memories.search({ text: "written last", limit: 5 }).length, 1);
  });
});

Deno.test("a write-ahead database without its log is read in place, in a folder that cannot be written", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample();
    edit(path, (database) => database.exec("PRAGMA journal_mode = WAL"));
    Deno.chmodSync(path, 0o400);
    Deno.chmodSync(folder, 0o500);
    try {
      const before = inventory(folder);
      assertEquals((await importFile(store, path)).applied, 100);
      assertEquals(inventory(folder), before);
    } finally {
      Deno.chmodSync(folder, 0o700);
    }
  });
});

Deno.test("a transaction that was cut short is not imported", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample({ memories: 400 });
    const database = new DatabaseSync(path);
    const crashed = `${folder}/crashed.sqlite`;
    try {
      // A cache this small forces the half-done transaction into the file.
      database.exec(
        "PRAGMA cache_size = 5; BEGIN; UPDATE memory_items SET title = 'half done', rev = 99",
      );
      Deno.copyFileSync(path, crashed);
      Deno.copyFileSync(`${path}-journal`, `${crashed}-journal`);
    } finally {
      database.exec("ROLLBACK");
      database.close();
    }
    const before = inventory(folder);
    assertEquals((await importFile(store, crashed)).applied, 400);
    assertEquals(store.memories.search({ text: "half done", limit: 5 }), []);
    assertEquals(inventory(folder), before);
  });
});

Deno.test("a link leads to the file and its log", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const path = sample({ liveWal: true });
    Deno.symlinkSync(path, `${folder}/link ?#%41.sqlite`);
    assertEquals((await importFile(store, `${folder}/link ?#%41.sqlite`)).applied, 100);
  });
});

Deno.test("a file whose name means something in a URL is read", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const odd = `${folder}/a?mode=rwc&b#c %41.sqlite`;
    Deno.renameSync(sample(), odd);
    assertEquals((await importFile(store, odd)).applied, 100);
  });
});

Deno.test("a source that changes while it is read in place is reported, and importing again completes it", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 1_000 });
    const onProgress = () =>
      edit(path, (database) => database.exec("UPDATE memory_items SET rev = rev + 1"));
    const error = await assertRejects(() => importFile(store, path, { onProgress }), CodememError);
    assertEquals(error.code, "database_busy");
    assertEquals((await importFile(store, path)).rows, 1_100);
    assertEquals(store.stats().digest.live + store.stats().digest.tombstones, 1_000);
  });
});

Deno.test("upstream's database is found beside ours", async () => {
  await withBench(({ sample, folder }) => {
    assertEquals(findUpstreamDatabase(`${folder}/codemem.db`), undefined);
    assertEquals(findUpstreamDatabase(`${folder}/nowhere/codemem.db`), undefined);
    const path = sample();
    assertEquals(findUpstreamDatabase(`${folder}/codemem.db`), path);
  });
});
