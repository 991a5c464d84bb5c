import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { contents, TempFolder } from "../../../tests/support/stores.ts";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { readFileHeader } from "../file_header.ts";
import { importFile } from "../import/import_file.ts";
import { openStore, type Store } from "../store.ts";
import { Database } from "../database.ts";
import { writeBackup } from "./back_up.ts";
import { removeLeftovers } from "./leftovers.ts";
import { restoreBackup, type RestoreOptions } from "./restore.ts";
import { RESTORED_TABLES } from "./take_contents.ts";

const PEER = { deviceId: "peer", name: "peer", fingerprint: "ab", publicKey: "ssh-ed25519 AAAA" };

/** A folder with a store in it, and where its backup is to be. */
class Bench extends TempFolder {
  readonly database = this.file("codemem.db");
  readonly backup = this.file("backup.db");

  open(path = this.database): Store {
    return openStore({ path });
  }

  restore(options: Partial<RestoreOptions> = {}) {
    const { database, backup: from } = this;
    const aside = this.file("aside.db");
    return restoreBackup({ from, database, aside, key: null, nowMs: Date.now, ...options });
  }

  names(): string[] {
    return [...Deno.readDirSync(this.path)]
      .map(({ name }) => name).filter((name) => !/-(wal|shm)$/.test(name)).sort();
  }
}

function remember(store: Store, ...titles: string[]): string[] {
  return titles.map((title) =>
    store.memories.remember({ kind: "note", title, body: `body of ${title}` }).id
  );
}

async function assertRefused(code: ErrorCode, body: () => Promise<unknown>): Promise<CodememError> {
  const error = await assertRejects(body, CodememError);
  assertEquals(error.code, code, error.message);
  assert(error.hint !== undefined);
  return error;
}

Deno.test("a backup is one private file that holds what the store held at that instant", async () => {
  using bench = new Bench();
  const store = bench.open();
  const [id] = remember(store, "zebra", "gnu");
  store.memories.edit(id!, { title: "zebras" });
  const { digest, bytes } = await writeBackup(store, bench.backup, { replace: false });
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
  using bench = new Bench();
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
  await assertRefused("io_failed", write(bench.file("missing/backup.db"), false));
  await write(bench.backup, true)();
  assertEquals(store.memories.recent({ limit: 9 }).length, 1);
  assertEquals(bench.open(bench.backup).memories.recent({ limit: 9 }).length, 1);
  assertEquals(bench.names(), ["backup.db", "codemem.db", "link.db"]);
  store.close();
});

Deno.test("a database that was copied by hand can be restored with the log beside it", async () => {
  using bench = new Bench();
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

Deno.test("a restore brings back memories, words and history; identity and pairings stay as they are", async () => {
  using bench = new Bench();
  const store = bench.open();
  const [edited, forgotten] = remember(store, "zebra", "gnu");
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  const before = contents(store);
  const { digest, head } = store.log.snapshot();
  await writeBackup(store, bench.backup, { replace: false });
  store.memories.edit(edited!, { title: "okapi" });
  store.memories.forget([forgotten!]);
  remember(store, "later");
  store.peers.remove(PEER.deviceId);
  store.lives.begin();
  store.lives.markForked({ restoredMs: 0 });
  const { life, deviceId } = { life: store.lives.present()!, deviceId: store.deviceId };
  const changed = contents(store);
  store.close();

  const restored = await bench.restore();
  assertEquals([restored.digest, restored.pairingsRestored], [digest, false]);
  const after = bench.open();
  assertEquals(contents(after), before);
  assertEquals(after.deviceId, deviceId);
  after.requireWhole();
  for (const [text, count] of [["zebra", 1], ["gnu", 1], ["okapi", 0], ["later", 0]] as const) {
    assertEquals(after.memories.search({ text, limit: 9 }).length, count, text);
  }
  assertEquals(after.peers.list(), [], "who was removed stays removed");
  assertNotEquals(after.log.head().epoch, head.epoch);
  assertEquals(after.lives.forkedAt(), null);
  assertEquals(after.lives.haveForked({ life, head: null }), false);
  assert(after.lives.present()!.restoredMs > life.restoredMs);
  remember(after, "written after it");
  after.close();
  const aside = bench.open(restored.aside!);
  assertEquals(contents(aside), changed);
  aside.close();
  assertEquals(bench.names(), ["aside.db", "backup.db", "codemem.db"]);
});

Deno.test("the time of a restore is later than that of any before, whatever the clock says", async () => {
  using bench = new Bench();
  const store = bench.open();
  await writeBackup(store, bench.backup, { replace: false });
  remember(store, "something");
  store.close();
  const restoredMs = () => {
    const restored = bench.open();
    const { restoredMs } = restored.lives.begin();
    restored.close();
    return restoredMs;
  };
  await bench.restore({ nowMs: () => 2_000 });
  assertEquals(restoredMs(), 2_000);
  await bench.restore({ nowMs: () => 1_000, aside: bench.file("aside2.db") });
  assertEquals(restoredMs(), 2_001);
});

Deno.test("where the database is lost or damaged, the backup takes its place as a later life of it", async () => {
  for (const damage of ["missing", "damaged"] as const) {
    using bench = new Bench();
    const store = bench.open();
    remember(store, "zebra");
    store.peers.pin(PEER, { addresses: [], replaceKey: false });
    await writeBackup(store, bench.backup, { replace: false });
    const life = store.lives.begin();
    const before = contents(store);
    store.close();
    if (damage === "missing") Deno.removeSync(bench.database);
    else Deno.writeFileSync(bench.database, new Uint8Array(8_192).fill(7));
    const restored = await bench.restore();
    assertEquals(restored.aside, damage === "missing" ? null : bench.file("aside.db"));
    assertEquals(restored.pairingsRestored, true);
    const after = bench.open();
    assertEquals(contents(after), before);
    assertEquals(after.lives.haveForked({ life, head: null }), false, "peers are told");
    after.close();
    assertEquals(Deno.statSync(bench.database).mode! & 0o777, 0o600);
  }
});

Deno.test("a backup of another device is refused, and can be imported", async () => {
  using bench = new Bench();
  using other = new Bench();
  const theirs = other.open();
  const [, forgotten] = remember(theirs, "theirs", "forgotten");
  theirs.memories.forget([forgotten!]);
  await writeBackup(theirs, bench.backup, { replace: false });
  const ofTheirs = contents(theirs);
  theirs.close();
  const store = bench.open();
  remember(store, "ours");
  store.close();
  const { hint } = await assertRefused("invalid_input", () => bench.restore());
  assert(hint!.includes(`codemem import ${bench.backup}`));
  assertEquals(bench.names(), ["backup.db", "codemem.db"]);
  Deno.removeSync(bench.database);
  const fresh = bench.open();
  const { applied, tombstones } = await importFile(fresh, bench.backup);
  assertEquals([applied, tombstones], [2, 1]);
  assertEquals(contents(fresh), ofTheirs);
  fresh.close();

  Deno.removeSync(bench.database);
  const withKey = { key: { fingerprint: "another key", deviceId: null } };
  await bench.restore(withKey);
  const keyed = other.open();
  keyed.device.setKey({
    ...{ publicKey: "k", fingerprint: "their key", certificate: "c" },
    ...{ keyStore: "file", keyStoreNote: null },
  });
  await writeBackup(keyed, bench.backup, { replace: true });
  const theirId = keyed.deviceId;
  keyed.close();
  Deno.removeSync(bench.database);
  await assertRefused("invalid_input", () => bench.restore(withKey));
  // The same device, which has another key since.
  const rotated = { key: { fingerprint: "another key", deviceId: theirId } };
  const refusal = await assertRefused("invalid_input", () => bench.restore(rotated));
  assert(refusal.message.includes("was rotated since"));
});

Deno.test("what is no backup is refused, and nothing is changed", async () => {
  using bench = new Bench();
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

Deno.test("a backup with anything in it that acts by itself is refused", async () => {
  for (
    const sql of [
      "CREATE TRIGGER t AFTER INSERT ON memories BEGIN DELETE FROM sync_peers; END",
      "CREATE VIEW v AS SELECT 1",
      "ALTER TABLE sync_peers ADD COLUMN extra TEXT",
      "ALTER TABLE memories RENAME TO kept; CREATE VIEW memories AS SELECT * FROM kept",
      "CREATE TABLE other (x)",
    ]
  ) {
    using bench = new Bench();
    const store = bench.open();
    remember(store, "zebra");
    await writeBackup(store, bench.backup, { replace: false });
    store.close();
    const hostile = new Database(bench.backup);
    hostile.exec(sql);
    hostile.exec("PRAGMA journal_mode = DELETE");
    hostile.close();
    const before = Deno.readFileSync(bench.database);
    await assertRefused("invalid_input", () => bench.restore());
    assertEquals(Deno.readFileSync(bench.database), before, sql);
    Deno.removeSync(bench.database);
    await assertRefused("invalid_input", () => bench.restore());
    assertEquals(bench.names(), ["backup.db"], sql);
  }
});

Deno.test("of two backups to one file at once, the later one leaves the other alone", async () => {
  using bench = new Bench();
  const store = bench.open();
  remember(store, "zebra");
  using other = await Deno.open(`${bench.backup}.partial`, { write: true, create: true });
  await other.lock(true);
  const error = await assertRejects(
    () => writeBackup(store, bench.backup, { replace: false }),
    CodememError,
  );
  assertEquals(error.code, "busy");
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

Deno.test("what a killed restore has left goes, and nothing else", async () => {
  using bench = new Bench();
  bench.open().close();
  const kept = ["codemem.db", "codemem.db.before-restore-1", "other.restoring", "x.partial"];
  const left = ["codemem.db.restoring", "codemem.db.before-restore-2.partial"];
  for (const name of [...kept, ...left].slice(1)) Deno.writeTextFileSync(bench.file(name), "text");
  for (const name of left) Deno.writeTextFileSync(bench.file(`${name}-wal`), "text");
  await removeLeftovers(bench.database);
  assertEquals([...Deno.readDirSync(bench.path)].map(({ name }) => name).sort(), kept.sort());
});

const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "cut.db": (bytes) => bytes.subarray(0, bytes.length / 2),
  "page.db": (bytes) => bytes.fill(0xff, 8_192, 12_288),
  "foreign.db": (bytes) => {
    new DataView(bytes.buffer).setInt32(68, 1);
    return bytes;
  },
};

Deno.test("of every table it is known whether a restore replaces it", () => {
  using bench = new Bench();
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
