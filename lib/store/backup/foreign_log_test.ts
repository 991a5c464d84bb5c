/** What stands beside a backup and was not written with it. */
import { assert, assertEquals } from "@std/assert";
import {
  assertRefused,
  BackupBench,
  remember,
} from "../../../tests/support/devices/backup_bench.ts";
import { exists } from "../../../tests/support/system/exists.ts";
import { importFile } from "../import/import_file.ts";
import { openStore } from "../store.ts";
import { writeBackup } from "./back_up.ts";

/** A log that holds a whole database of the same device, as anybody can make who knows its id. */
function foreignLog(bench: BackupBench, deviceId: string): Uint8Array {
  const ids = [deviceId];
  const path = bench.file("foreign.db");
  const store = openStore({ path, randomUuid: () => ids.pop() ?? crypto.randomUUID() });
  remember(store, ...Array.from({ length: 20 }, (_, index) => `foreign ${index}`));
  const log = Deno.readFileSync(`${path}-wal`);
  store.close();
  return log;
}

Deno.test("a log that was put beside a backup, or is left there, is no part of it", async () => {
  using bench = new BackupBench();
  const { backup } = bench;
  const store = bench.open();
  remember(store, "zebra");
  await writeBackup(store, backup, { replace: false });
  const log = foreignLog(bench, store.deviceId);
  Deno.writeFileSync(`${backup}-wal`, log);
  assertEquals((await bench.restore()).digest.live, 1);
  const fresh = bench.open(bench.file("fresh.db"));
  assertEquals((await importFile(fresh, backup)).applied, 1);
  fresh.close();
  await writeBackup(store, backup, { replace: true });
  assertEquals(await exists(`${backup}-wal`), false, "it would be read by every program");
  Deno.removeSync(backup);
  Deno.writeFileSync(`${backup}-wal`, log);
  await assertRefused("invalid_input", () => writeBackup(store, backup, { replace: false }));
  store.close();
});

Deno.test({
  name: "a log of another user beside a file that was copied by hand is not believed",
  ignore: Deno.uid() !== 0,
  async fn() {
    using bench = new BackupBench();
    const { database, backup } = bench;
    const store = bench.open();
    remember(store, "zebra");
    Deno.copyFileSync(database, backup);
    Deno.writeFileSync(`${backup}-wal`, foreignLog(bench, store.deviceId));
    store.close();
    Deno.chownSync(`${backup}-wal`, 65_534, 65_534);
    const { message } = await assertRefused("invalid_input", () => bench.restore());
    assert(message.includes("is of another user"));
    const after = bench.open();
    await assertRefused("invalid_import", () => importFile(after, backup));
    assertEquals(after.memories.recent({ limit: 99 }).length, 1);
    after.close();
  },
});
