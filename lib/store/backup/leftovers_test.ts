import { assertEquals } from "@std/assert";
import { BackupBench } from "../../../tests/support/devices/backup_bench.ts";
import { claimDatabaseFile } from "./files.ts";
import { removeLeftovers } from "./leftovers.ts";

Deno.test("what a killed restore has left goes, and nothing else", async () => {
  using bench = new BackupBench();
  bench.open().close();
  const kept = ["codemem.db", "codemem.db.before-restore-1", "other.restoring", "x.partial"];
  const left = [
    ...["codemem.db.restoring", "codemem.db.before-restore-2.partial"],
    "codemem.db.backup.partial",
  ];
  for (const name of [...kept, ...left].slice(1)) Deno.writeTextFileSync(bench.file(name), "text");
  for (const name of left) Deno.writeTextFileSync(bench.file(`${name}-wal`), "text");
  await removeLeftovers(bench.database);
  assertEquals([...Deno.readDirSync(bench.path)].map(({ name }) => name).sort(), kept.sort());
});

Deno.test("a backup that is being written beside the database is left alone", async () => {
  using bench = new BackupBench();
  const partial = bench.file("codemem.db.backup.partial");
  {
    using _claim = await claimDatabaseFile(partial);
    await removeLeftovers(bench.database);
    Deno.statSync(partial);
  }
  await removeLeftovers(bench.database);
  assertEquals([...Deno.readDirSync(bench.path)], []);
});
