/** A backup that somebody has worked on, or that a disk has spoiled. */
import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { BackupBench, PEER, remember } from "../../../tests/support/devices/backup_bench.ts";
import { CodememError } from "../../errors.ts";
import { openStore } from "../store.ts";
import { writeBackup } from "./back_up.ts";

/** Never comes to an end. */
const ENDLESS =
  "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

/** A folder with a database and a backup of it, which was changed afterwards. */
async function makeBench(...changes: readonly string[]): Promise<BackupBench> {
  const bench = new BackupBench();
  const store = bench.open();
  const [id] = remember(store, "zebra");
  store.memories.edit(id!, { title: "zebras" });
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  await writeBackup(store, bench.backup, { replace: false });
  store.close();
  const backup = new DatabaseSync(bench.backup);
  // Who has the file is held back by nothing.
  (backup as unknown as { enableDefensive?(isOn: boolean): void }).enableDefensive?.(false);
  for (const sql of changes) backup.exec(sql);
  backup.close();
  return bench;
}

const MAX = "9223372036854775806";
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  "a trigger": [
    "CREATE TRIGGER t AFTER INSERT ON memories BEGIN DELETE FROM sync_peers; END",
  ],
  "a view": ["CREATE VIEW v AS SELECT 1"],
  "a view in the place of the memories": [
    "ALTER TABLE memories RENAME TO kept",
    "CREATE VIEW memories AS SELECT * FROM kept",
  ],
  "another column": ["ALTER TABLE sync_peers ADD COLUMN extra TEXT"],
  "another table": ["CREATE TABLE other (x)"],
  "a trigger that fires as soon as it is opened and never ends": [
    "PRAGMA user_version = 4",
    `CREATE TRIGGER t AFTER UPDATE ON sync_device BEGIN ${ENDLESS}; END`,
  ],
  "a view in the place of the device's record": [
    "ALTER TABLE sync_device RENAME TO real_device",
    `CREATE VIEW sync_device AS SELECT *, (${ENDLESS}) AS z FROM real_device`,
  ],
  "constraints of its own": [
    "PRAGMA writable_schema = 1",
    `UPDATE sqlite_schema SET sql = replace(sql, 'TEXT NOT NULL UNIQUE,',
       'TEXT NOT NULL UNIQUE REFERENCES sync_peers ON DELETE CASCADE,') WHERE name = 'memories'`,
  ],
  "a time of restore after which no number is left": [
    "UPDATE sync_device SET restored_ms = 9007199254740991",
  ],
  "a time of restore that cannot be read": [`UPDATE sync_device SET restored_ms = ${MAX}`],
  "a device id of several lines": ["UPDATE sync_device SET device_id = 'x' || char(10) || 'y'"],
  "an epoch that is none": ["UPDATE sync_device SET epoch = '../..'"],
  "a task that is no JSON": ["UPDATE sync_device SET key_task = '{'"],
  "a task that leads out of the folder of the keys": [
    `UPDATE sync_device SET key_task = '{"kind":"set_aside","suffix":"/../x"}'`,
  ],
  "addresses that are no JSON": ["UPDATE sync_peers SET addresses = '{'"],
  "a list that is no JSON": ["UPDATE memories SET facts = '{'"],
  "a memory with another text than its op's": ["UPDATE memories SET title = 'gnus'"],
  "a memory of another op": [
    "UPDATE memories SET op_seq = (SELECT min(seq) FROM replication_ops)",
  ],
  "a memory without an op, with another text than its hash's": [
    "DELETE FROM replication_ops",
    "UPDATE memories SET op_seq = NULL, title = 'gnus'",
  ],
  "a revision that cannot be read": [`UPDATE memories SET rev = ${MAX}`],
  "an op that is no JSON": ["UPDATE replication_ops SET payload = '{'"],
  "history that is no memory": [
    "UPDATE replication_ops SET payload = '{}' WHERE superseded_at IS NOT NULL",
  ],
  "no room for another row": [
    `UPDATE sqlite_sequence SET seq = ${2 ** 50} WHERE name = 'replication_ops'`,
  ],
  "quarantine that is no JSON": [
    "INSERT INTO sync_quarantine VALUES ('o', 'e', 'invalid_op', 'd', '{', NULL, 'x')",
  ],
};

for (const [what, changes] of Object.entries(HOSTILE)) {
  Deno.test(`a backup with ${what} is refused, and changes nothing`, async () => {
    using bench = await makeBench(...changes);
    const { database } = bench;
    const before = Deno.readFileSync(database);
    const refuse = async () => {
      const error = await assertRejects(() => bench.restore(), CodememError);
      assertEquals(["invalid_input", "database_corrupt"].includes(error.code), true, error.code);
      assertEquals(error.hint === undefined, false);
    };
    await refuse();
    assertEquals(Deno.readFileSync(database), before);
    Deno.removeSync(database);
    await refuse();
    assertEquals(bench.names(), ["backup.db"]);
  });
}

Deno.test("what a spoiled index of a backup says is not found", async () => {
  using bench = await makeBench("UPDATE memories_fts_data SET block = zeroblob(100)");
  Deno.removeSync(bench.database);
  await bench.restore();
  const store = bench.open();
  assertEquals(store.memories.search({ text: "zebras", limit: 9 }).length, 1);
  store.memories.remember({ kind: "note", title: "gnu", body: "later" });
  store.close();
});

Deno.test("however late the restore that was met, the record of the device stays readable", () => {
  const store = openStore({ path: ":memory:" });
  store.lives.markForked({ restoredMs: Number.MAX_SAFE_INTEGER });
  store.beginAnew();
  assertEquals(store.lives.begin().restoredMs, Number.MAX_SAFE_INTEGER);
  assertEquals(store.device.record().deviceId, store.deviceId);
  store.close();
});
