import { assertEquals } from "@std/assert";
import {
  assertRefused,
  BackupBench,
  remember,
} from "../../../tests/support/devices/backup_bench.ts";
import type { ErrorCode } from "../../errors.ts";
import { Database } from "../database.ts";
import { readFileHeader } from "../file_header.ts";
import { SCHEMA_VERSION } from "../migrate.ts";
import { writeBackup } from "./back_up.ts";

Deno.test("a database that was copied by hand can be restored with the log beside it", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  remember(store, "zebra");
  for (const suffix of ["", "-wal"]) {
    Deno.copyFileSync(bench.database + suffix, bench.backup + suffix);
  }
  assertEquals(readFileHeader(bench.backup)?.hasSchema, false, "all is in the log");
  store.close();
  assertEquals((await bench.restore()).digest.live, 1);
  Deno.removeSync(`${bench.backup}-wal`);
  await assertRefused("invalid_input", () => bench.restore());
});

const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "cut.db": (bytes) => bytes.subarray(0, bytes.length / 2),
  "page.db": (bytes) => bytes.fill(0xff, 8_192, 12_288),
  "foreign.db": (bytes) => {
    new DataView(bytes.buffer).setInt32(68, 1);
    return bytes;
  },
};

Deno.test("what is no backup is refused, and nothing is changed", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  remember(store, "zebra");
  await writeBackup(store, bench.backup, { replace: false });
  store.close();
  const before = Deno.readFileSync(bench.database);
  const refuse = async (code: ErrorCode, from: string) => {
    await assertRefused(code, () => bench.restore({ from }));
    assertEquals(Deno.readFileSync(bench.database), before, from);
  };
  await refuse("invalid_input", bench.file("missing.db"));
  await refuse("invalid_input", bench.database);
  Deno.writeTextFileSync(bench.file("notes.txt"), "notes\n".repeat(100));
  await refuse("invalid_input", bench.file("notes.txt"));
  const bytes = Deno.readFileSync(bench.backup);
  for (const [name, damage] of Object.entries(DAMAGES)) {
    Deno.writeFileSync(bench.file(name), damage(bytes.slice()));
    await refuse("database_corrupt", bench.file(name));
  }
  assertEquals(bench.names().includes("codemem.db.restoring"), false);
});

Deno.test("a backup of a newer program is refused, and nothing is changed", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  await writeBackup(store, bench.backup, { replace: false });
  store.close();
  const newer = new Database(bench.backup);
  newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  newer.exec("PRAGMA journal_mode = DELETE");
  newer.close();
  const before = bench.names();
  await assertRefused("database_too_new", () => bench.restore());
  assertEquals(bench.names(), before);
});
