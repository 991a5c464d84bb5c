import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  edit,
  inventory,
  refusal,
  withBench,
} from "../../../tests/support/devices/import_bench.ts";
import { CodememError } from "../../errors.ts";
import { APPLICATION_ID } from "../migrate.ts";
import { importFile } from "./import_file.ts";

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
    const forged = `${folder}/forged.db`;
    edit(forged, (database) =>
      database.exec(`PRAGMA application_id = ${APPLICATION_ID};
        CREATE VIEW memories AS SELECT 1 AS row_id, 'x' AS id`));
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
      [forged, "the database is damaged"],
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
    const path = sample({ liveWal: true });
    const database = new DatabaseSync(path);
    const emptyLogAndWrite = () =>
      database.exec(
        "PRAGMA wal_checkpoint(RESTART); UPDATE memory_items SET rev = rev + 1 WHERE id = 1",
      );
    emptyLogAndWrite();
    const files = [path, `${path}-wal`];
    const disturb = () => {
      const before = files.map((file) => Deno.statSync(file));
      emptyLogAndWrite();
      assertEquals(files.map((file) => Deno.statSync(file).size), before.map(({ size }) => size));
      // The clock of a file system stands still for some milliseconds at a time.
      before.forEach(({ atime, mtime }, index) => Deno.utimeSync(files[index]!, atime!, mtime!));
    };
    const copy = Deno.copyFile;
    Deno.copyFile = async (from, to) => {
      await copy(from, to);
      if (from === path) disturb();
    };
    try {
      const error = await assertRejects(() => importFile(store, path), CodememError);
      assertEquals([error.code, store.stats().digest.live], ["database_busy", 0]);
    } finally {
      Deno.copyFile = copy;
    }
    assertEquals((await importFile(store, path)).applied, 100);
    database.close();
  });
});
