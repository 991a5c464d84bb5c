import { assertEquals } from "@std/assert";
import {
  assertRefused,
  BackupBench,
  remember,
} from "../../../tests/support/devices/backup_bench.ts";
import { writeBackup } from "./back_up.ts";

Deno.test("a backup is one private file that holds what the store held at that instant", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  const [id] = remember(store, "zebra", "gnu");
  store.memories.edit(id!, { title: "zebras" });
  const { digest, bytes, exposedIn } = await writeBackup(store, bench.backup, { replace: false });
  assertEquals(exposedIn, null);
  assertEquals(digest, store.log.snapshot().digest);
  const { mode, size } = Deno.statSync(bench.backup);
  assertEquals([mode! & 0o777, size], [0o600, bytes]);
  remember(store, "later");
  assertEquals(bench.names(), ["backup.db", "codemem.db"]);
  const copy = bench.open(bench.backup);
  assertEquals(copy.memories.history(id!).length, 2);
  assertEquals(copy.memories.search({ text: "gnu", limit: 9 }).length, 1);
  assertEquals(copy.memories.search({ text: "later", limit: 9 }).length, 0);
  copy.close();
  store.close();
});

Deno.test("a backup takes the place of a file only where that is asked for, and never the database's", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  remember(store, "zebra");
  const write = (path: string, replace: boolean) => () => writeBackup(store, path, { replace });
  Deno.writeTextFileSync(bench.backup, "precious ".repeat(20));
  for (const replace of [false, true]) {
    await assertRefused("invalid_input", write(bench.backup, replace));
    assertEquals(Deno.readTextFileSync(bench.backup), "precious ".repeat(20));
  }
  Deno.truncateSync(bench.backup);
  await write(bench.backup, true)();
  await assertRefused("invalid_input", write(bench.backup, false));
  Deno.symlinkSync(bench.database, bench.file("link.db"));
  for (const path of [bench.database, bench.file("link.db")]) {
    await assertRefused("invalid_input", write(path, true));
  }
  for (const suffix of ["-wal", "-shm", "-journal"]) {
    await assertRefused("invalid_input", write(bench.database + suffix, true));
  }
  await assertRefused("io_failed", write(bench.file("missing/backup.db"), false));
  await write(bench.backup, true)();
  assertEquals(store.memories.recent({ limit: 9 }).length, 1);
  assertEquals(bench.open(bench.backup).memories.recent({ limit: 9 }).length, 1);
  assertEquals(bench.names(), ["backup.db", "codemem.db", "link.db"]);
  store.close();
});

Deno.test("of two backups to one file at once, the later one leaves the other alone", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  remember(store, "zebra");
  using other = await Deno.open(`${bench.backup}.partial`, { write: true, create: true });
  await other.lock(true);
  await assertRefused("busy", () => writeBackup(store, bench.backup, { replace: false }));
  assertEquals(bench.names(), ["backup.db.partial", "codemem.db"]);
  await other.unlock();
  await writeBackup(store, bench.backup, { replace: false });
  assertEquals(bench.names(), ["backup.db", "codemem.db"]);
  Deno.writeTextFileSync(bench.file("precious"), "precious");
  Deno.symlinkSync(bench.file("precious"), `${bench.backup}.partial`);
  await writeBackup(store, bench.backup, { replace: true });
  assertEquals(Deno.readTextFileSync(bench.file("precious")), "precious");
  assertEquals(bench.open(bench.backup).memories.recent({ limit: 9 }).length, 1);
  store.close();
});
