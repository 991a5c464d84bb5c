import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { contents, TempFolder } from "../../../tests/support/stores.ts";
import { CodememError } from "../../errors.ts";
import { SCHEMA_VERSION } from "../migrate.ts";
import { openStore } from "../store.ts";
import { writeBackup } from "./back_up.ts";
import { restoreBackup } from "./restore.ts";

const FIXTURES = new URL("../../../tests/compiled/testdata/", import.meta.url);

const OWN = { key: null, nowMs: Date.now };

for (let schema = 1; schema <= SCHEMA_VERSION; schema++) {
  Deno.test(`a backup of schema ${schema} is restored where nothing is, and over what is there`, async () => {
    using folder = new TempFolder();
    const from = await unpack(folder, schema);
    const bytes = Deno.readFileSync(from);
    const database = folder.file("codemem.db");
    const restore = (aside: string) =>
      restoreBackup({
        ...{ from, database, aside: folder.file(aside) },
        ...OWN,
      });
    const { digest } = await restore("first.db");
    assert(digest.live > 0);
    const store = openStore({ path: database });
    while (store.logLegacySlice() > 0);
    const before = contents(store);
    const { id } = store.memories.recent({ limit: 1 })[0]!;
    store.memories.edit(id, { title: "changed since" });
    store.memories.remember({ kind: "note", title: "later", body: "later" });
    store.close();

    const again = await restore("second.db");
    assertEquals([again.digest, again.pairingsRestored], [digest, false]);
    const restored = openStore({ path: database });
    while (restored.logLegacySlice() > 0);
    restored.requireWhole();
    assertEquals(contents(restored), before);
    restored.close();
    assertEquals(Deno.readFileSync(from), bytes, "the backup stays as it is");
  });
}

Deno.test("a backup of a newer program is refused, and nothing is changed", async () => {
  using folder = new TempFolder();
  const from = await unpack(folder, SCHEMA_VERSION);
  const newer = new DatabaseSync(from);
  newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  newer.close();
  const names = () => [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  const before = names();
  const [database, aside] = [folder.file("codemem.db"), folder.file("aside.db")];
  const error = await assertRejects(
    () => restoreBackup({ from, database, aside, ...OWN }),
    CodememError,
  );
  assertEquals(error.code, "database_too_new");
  assertEquals(names(), before);
});

Deno.test("after a restore no peer is said to hold this database for an older copy", async () => {
  using folder = new TempFolder();
  const database = folder.file("codemem.db");
  const from = folder.file("backup.db");
  const peer = { deviceId: "peer", name: "p", fingerprint: "ab", publicKey: "ssh-ed25519 AAAA" };
  const refusal = { code: "device_forked", message: "an older copy" } as const;
  const store = openStore({ path: database });
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  store.peers.pin(peer, { addresses: [], replaceKey: false });
  store.peers.recordRefused("peer", refusal);
  const restore = async () => {
    await restoreBackup({
      from,
      database,
      aside: folder.file(`${crypto.randomUUID()}.db`),
      ...OWN,
    });
    const restored = openStore({ path: database });
    const { state, lastError } = restored.peers.find("peer")!;
    restored.close();
    return [state, lastError];
  };
  await writeBackup(store, from, { replace: false });
  store.close();
  assertEquals(await restore(), ["auth_failed", refusal.message], "it is the peer that has forked");
  const forked = openStore({ path: database });
  forked.lives.markForked({ restoredMs: 0 });
  forked.close();
  assertEquals(await restore(), ["never", null]);
});

async function unpack(folder: TempFolder, schema: number): Promise<string> {
  const packed = await Deno.open(new URL(`schema_${schema}.db.gz`, FIXTURES));
  const path = folder.file(`schema_${schema}.db`);
  const file = await Deno.open(path, { write: true, createNew: true });
  await packed.readable.pipeThrough(new DecompressionStream("gzip")).pipeTo(file.writable);
  return path;
}
