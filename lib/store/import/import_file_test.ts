import { assertEquals, assertRejects } from "@std/assert";
import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { makeUpstreamSample, type SampleOptions } from "../../../scripts/make_upstream_sample.ts";
import { CodememError } from "../../errors.ts";
import { digestsEqual } from "../../model/digest.ts";
import { exportMemories } from "../export.ts";
import { openStore, type Store } from "../store.ts";
import { findUpstreamDatabase } from "./find_upstream.ts";
import { importFile, type ImportReport } from "./import_file.ts";

interface Bench {
  readonly folder: string;
  readonly store: Store;
  /** Makes a sample database and returns its path. */
  sample(options?: Partial<SampleOptions>): string;
}

/** Runs `body` with a folder and a store of its own. */
async function withBench(body: (bench: Bench) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const store = openStore({ path: ":memory:" });
  const sample = (options: Partial<SampleOptions> = {}) => {
    const path = `${folder}/mem.sqlite`;
    const defaults = { era: "python", memories: 100, deviceId: "device-a", seed: 1 } as const;
    makeUpstreamSample(path, { ...defaults, ...options });
    return path;
  };
  try {
    await body({ folder, store, sample });
  } finally {
    store.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Every file of a folder with its content, its mode and its time. */
function inventory(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const { size, mtime, mode } = Deno.statSync(`${folder}/${name}`);
    const sum = hash("sha256", Deno.readFileSync(`${folder}/${name}`), "hex");
    return `${name} ${size} ${mtime?.getTime()} ${mode} ${sum}`;
  }).sort();
}

/** The refusal of a file. */
async function refusal(store: Store, path: string): Promise<CodememError> {
  const error = await assertRejects(() => importFile(store, path), CodememError);
  assertEquals([error.code, typeof error.hint], ["invalid_import", "string"], error.message);
  assertEquals(store.stats().digest.live, 0);
  return error;
}

/** Each row must have become exactly one thing. */
function assertComplete(report: ImportReport): void {
  const { applied, unchanged, stale, superseded, skippedCount } = report;
  assertEquals(applied + unchanged + stale + superseded + skippedCount, report.rows);
}

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

Deno.test("what cannot be imported is refused by its kind, with a hint, and nothing changes", async () => {
  await withBench(async ({ store, sample, folder }) => {
    const file = (name: string, content: string | Uint8Array) => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      Deno.writeFileSync(`${folder}/${name}`, bytes);
      return `${folder}/${name}`;
    };
    const sqlite = Deno.readFileSync(sample());
    const noise = sqlite.map((byte, index) => (index < 100 ? byte : (byte * 7 + index) % 256));
    const foreign = `${folder}/foreign.sqlite`;
    edit(foreign, (database) => database.exec("CREATE TABLE memory_items (id INTEGER, text TEXT)"));
    const view = `${folder}/view.sqlite`;
    edit(view, (database) =>
      database.exec(`CREATE VIEW memory_items AS
        SELECT 1 AS id, 'k' AS kind, 't' AS title, 'b' AS body_text, '2026-01-01' AS created_at`));
    openStore({ path: `${folder}/own.db` }).close();
    const cases: [path: string, reason: string][] = [
      [`${folder}/missing`, "there is no such file"],
      [folder, "it is a folder"],
      ["/dev/null", "it is not a regular file"],
      [file("empty", ""), "the file is empty"],
      [file("text", "Dear diary"), "it is neither a database nor an export of codemem"],
      [file("zip", new Uint8Array([0x1f, 0x8b, 8, 0])), "it is compressed"],
      [file("json", '{"version":1}'), "it is JSON, but not an export of codemem"],
      [file("list", '[{"title":"x"}]'), "it is JSON, but not an export of codemem"],
      [file("cut", sqlite.slice(0, 8_192)), "the database is damaged"],
      [file("head", sqlite.slice(0, 60)), "the database is damaged"],
      [file("noise", noise), "the database is damaged"],
      [foreign, "it is the database of another program"],
      [view, "it is the database of another program"],
      [`${folder}/own.db`, "it is the database of another codemem device of yours"],
    ];
    for (const [path, reason] of cases) {
      const before = inventory(folder);
      assertEquals((await refusal(store, path)).message, `Cannot import ${path}: ${reason}`);
      assertEquals(inventory(folder), before);
    }
  });
});

Deno.test("a database that is damaged in its middle is refused before anything is taken", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 2_000 });
    const bytes = Deno.readFileSync(path);
    bytes.fill(0xee, bytes.length - 8_192, bytes.length - 4_096);
    bytes.fill(0xee, bytes.length / 2, bytes.length / 2 + 4_096);
    Deno.writeFileSync(path, bytes);
    await refusal(store, path);
  });
});

Deno.test("a long text that is damaged at its end is noticed before anything is taken", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 600 });
    edit(path, (database) => {
      database.prepare("UPDATE memory_items SET body_text = ? WHERE id = 600").run(
        "x".repeat(200_000),
      );
    });
    const bytes = Deno.readFileSync(path);
    bytes.fill(0xee, bytes.length - 3 * 4_096);
    Deno.writeFileSync(path, bytes);
    await refusal(store, path);
  });
});

Deno.test("a source that never rests while it is copied is refused, and one at rest is taken", async () => {
  await withBench(async ({ store, sample }) => {
    const path = sample({ memories: 8_000, liveWal: true });
    const database = new DatabaseSync(path);
    let resting = false;
    const writer = (async () => {
      while (!resting) {
        database.exec("UPDATE memory_items SET rev = rev + 1 WHERE id = 1");
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    try {
      const error = await assertRejects(() => importFile(store, path), CodememError);
      assertEquals([error.code, store.stats().digest.live], ["database_busy", 0]);
    } finally {
      resting = true;
      await writer;
    }
    assertEquals((await importFile(store, path)).applied, 8_000);
    database.close();
  });
});

Deno.test("an export with damaged lines brings in the others", async () => {
  await withBench(async ({ store, folder }) => {
    const source = openStore({ path: ":memory:" });
    for (const title of ["one", "two", "three"]) {
      source.memories.remember({ kind: "decision", title, body: "" });
    }
    const lines = [...exportMemories(source)].map((record) => JSON.stringify(record));
    source.close();
    const path = `${folder}/export.jsonl`;
    Deno.writeTextFileSync(
      path,
      `\ufeff${lines[0]}\n{"id":"x"\n${lines[1]}\n\n${lines[2]!.slice(0, -9)}`,
    );
    const report = await importFile(store, path);
    assertComplete(report);
    assertEquals(report.applied, 2);
    assertEquals(report.skipped, [{ row: 2, reason: "not JSON" }, { row: 5, reason: "not JSON" }]);
  });
});

Deno.test("the export of a store without memories imports as nothing", async () => {
  await withBench(async ({ store, folder }) => {
    Deno.writeTextFileSync(`${folder}/none.json`, "[]\n");
    const report = await importFile(store, `${folder}/none.json`);
    assertEquals([report.rows, report.applied], [0, 0]);
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

function edit(path: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    change(database);
  } finally {
    database.close();
  }
}
