import { assert, assertEquals } from "@std/assert";
import { BackupBench } from "../../../tests/support/devices/backup_bench.ts";
import { Database } from "../database.ts";
import { RESTORED_TABLES } from "./take_contents.ts";

Deno.test("of every table it is known whether a restore replaces it", () => {
  using bench = new BackupBench();
  bench.open().close();
  const database = new Database(bench.database);
  const names = database.all("SELECT name FROM sqlite_master WHERE type = 'table'")
    .map(({ name }) => name as string);
  database.close();
  // Made anew, moved to where the backup was, or of this device as it is now.
  const others = /^(memories_fts|memories_words|replication_cursors$|sqlite_sequence$|sync_)/;
  const unknown = names.filter((name) =>
    !others.test(name) && !RESTORED_TABLES.some((table) => table === name)
  );
  assertEquals(unknown, []);
  for (const table of RESTORED_TABLES) assert(names.includes(table), table);
});
