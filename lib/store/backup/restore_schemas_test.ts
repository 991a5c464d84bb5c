import { assert, assertEquals } from "@std/assert";
import { BackupBench } from "../../../tests/support/devices/backup_bench.ts";
import { contents } from "../../../tests/support/devices/stores.ts";
import { SCHEMA_VERSION } from "../migrate.ts";

const FIXTURES = new URL("../../../tests/compiled/testdata/", import.meta.url);

for (let schema = 1; schema <= SCHEMA_VERSION; schema++) {
  Deno.test(`a backup of schema ${schema} is restored where nothing is, and over what is there`, async () => {
    using bench = new BackupBench();
    const from = await unpack(bench, schema);
    const bytes = Deno.readFileSync(from);
    const restore = (aside: string) => bench.restore({ from, aside: bench.file(aside) });
    const { digest } = await restore("first.db");
    assert(digest.live > 0);
    const store = bench.open();
    while (store.logLegacySlice() > 0);
    const before = contents(store);
    const { id } = store.memories.recent({ limit: 1 })[0]!;
    store.memories.edit(id, { title: "changed since" });
    store.memories.remember({ kind: "note", title: "later", body: "later" });
    store.close();

    const again = await restore("second.db");
    assertEquals([again.digest, again.pairings], [digest, []]);
    const restored = bench.open();
    while (restored.logLegacySlice() > 0);
    restored.requireWhole();
    assertEquals(contents(restored), before);
    restored.close();
    assertEquals(Deno.readFileSync(from), bytes, "the backup stays as it is");
  });
}

async function unpack(bench: BackupBench, schema: number): Promise<string> {
  const packed = await Deno.open(new URL(`schema_${schema}.db.gz`, FIXTURES));
  const path = bench.file(`schema_${schema}.db`);
  const file = await Deno.open(path, { write: true, createNew: true });
  await packed.readable.pipeThrough(new DecompressionStream("gzip")).pipeTo(file.writable);
  return path;
}
