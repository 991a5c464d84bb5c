/** What stands beside a backup and was not written with it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { exists } from "../../../tests/support/exists.ts";
import { TempFolder } from "../../../tests/support/stores.ts";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { importFile } from "../import/import_file.ts";
import { openStore, type Store } from "../store.ts";
import { writeBackup } from "./back_up.ts";
import { restoreBackup } from "./restore.ts";

function remember(store: Store, ...titles: string[]): void {
  for (const title of titles) store.memories.remember({ kind: "note", title, body: title });
}

function restore(folder: TempFolder) {
  const [from, database] = [folder.file("backup.db"), folder.file("codemem.db")];
  const aside = folder.file(`${crypto.randomUUID()}.db`);
  return restoreBackup({ from, database, aside, key: null, nowMs: Date.now });
}

async function assertRefused(code: ErrorCode, body: () => Promise<unknown>): Promise<CodememError> {
  const error = await assertRejects(body, CodememError);
  assertEquals(error.code, code, error.message);
  return error;
}

/** A log that holds a whole database of the same device, as anybody can make who knows its id. */
function foreignLog(folder: TempFolder, deviceId: string): Uint8Array {
  const ids = [deviceId];
  const path = folder.file("foreign.db");
  const store = openStore({ path, randomUuid: () => ids.pop() ?? crypto.randomUUID() });
  remember(store, ...Array.from({ length: 20 }, (_, index) => `foreign ${index}`));
  const log = Deno.readFileSync(`${path}-wal`);
  store.close();
  return log;
}

Deno.test("a log that was put beside a backup, or is left there, is no part of it", async () => {
  using folder = new TempFolder();
  const [database, backup] = [folder.file("codemem.db"), folder.file("backup.db")];
  const store = openStore({ path: database });
  remember(store, "zebra");
  await writeBackup(store, backup, { replace: false });
  const log = foreignLog(folder, store.deviceId);
  Deno.writeFileSync(`${backup}-wal`, log);
  assertEquals((await restore(folder)).digest.live, 1);
  const fresh = openStore({ path: folder.file("fresh.db") });
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
    using folder = new TempFolder();
    const [database, backup] = [folder.file("codemem.db"), folder.file("backup.db")];
    const store = openStore({ path: database });
    remember(store, "zebra");
    Deno.copyFileSync(database, backup);
    Deno.writeFileSync(`${backup}-wal`, foreignLog(folder, store.deviceId));
    store.close();
    Deno.chownSync(`${backup}-wal`, 65_534, 65_534);
    const { message } = await assertRefused("invalid_input", () => restore(folder));
    assert(message.includes("is of another user"));
    const after = openStore({ path: database });
    await assertRefused("invalid_import", () => importFile(after, backup));
    assertEquals(after.memories.recent({ limit: 99 }).length, 1);
    after.close();
  },
});
