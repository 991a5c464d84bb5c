import { assertEquals } from "@std/assert";
import {
  assertRefused,
  BackupBench,
  remember,
} from "../../../tests/support/devices/backup_bench.ts";
import { writeBackup } from "./back_up.ts";

/** A bench whose backup goes to a folder that everybody can write to. */
class ExposedBench extends BackupBench {
  readonly shared = this.file("shared");
  override readonly backup = `${this.shared}/backup.db`;

  constructor() {
    super();
    Deno.mkdirSync(this.shared);
    Deno.chmodSync(this.shared, 0o777);
  }
}

Deno.test("where others can write, what they have put beside a backup has no part in it", async () => {
  using bench = new ExposedBench();
  const store = bench.open();
  remember(store, "zebra");
  Deno.writeTextFileSync(bench.file("precious"), "precious");
  for (const suffix of ["", "-wal", "-journal"]) {
    Deno.symlinkSync(bench.file("precious"), `${bench.backup}.partial${suffix}`);
  }
  const { exposedIn, bytes } = await writeBackup(store, bench.backup, { replace: false });
  assertEquals(exposedIn, Deno.realPathSync(bench.shared));
  const { mode, size, isFile } = Deno.lstatSync(bench.backup);
  assertEquals([mode! & 0o777, size, isFile], [0o600, bytes, true]);
  assertEquals(Deno.readTextFileSync(bench.file("precious")), "precious");
  assertEquals(bench.names(), ["codemem.db", "precious", "shared"], "nothing is left here");
  store.close();
  Deno.removeSync(bench.database);
  await bench.restore();
  const restored = bench.open();
  assertEquals(restored.memories.recent({ limit: 9 }).length, 1);
  restored.close();
});

Deno.test("where others can write, a backup replaces only what it is told to", async () => {
  using bench = new ExposedBench();
  const store = bench.open();
  remember(store, "zebra");
  Deno.writeTextFileSync(bench.file("precious"), "precious");
  Deno.symlinkSync(bench.file("precious"), bench.backup);
  for (const replace of [false, true]) {
    await assertRefused("invalid_input", () => writeBackup(store, bench.backup, { replace }));
  }
  Deno.removeSync(bench.backup);
  Deno.symlinkSync(bench.file("missing"), bench.backup);
  await assertRefused(
    "invalid_input",
    () => writeBackup(store, bench.backup, { replace: false }),
  );
  await writeBackup(store, bench.backup, { replace: true });
  assertEquals(
    Deno.lstatSync(bench.backup).isFile,
    true,
    "the link makes room, and is not followed",
  );
  assertEquals(bench.names(), ["codemem.db", "precious", "shared"]);
  assertEquals([...Deno.readDirSync(bench.shared)].map(({ name }) => name), ["backup.db"]);
  store.close();
});
