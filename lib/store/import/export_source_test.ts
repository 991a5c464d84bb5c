import { assertEquals } from "@std/assert";
import { assertComplete, withBench } from "../../../tests/support/devices/import_bench.ts";
import { exportMemories } from "../memories/export.ts";
import { openStore } from "../store.ts";
import { importFile } from "./import_file.ts";

Deno.test("an export with damaged lines brings in the others", async () => {
  await withBench(async ({ store, folder }) => {
    const source = openStore({ path: ":memory:" });
    for (const title of ["one", "two", "three"]) {
      source.memories.remember({ kind: "decision", title, body: "" });
    }
    const lines = [...exportMemories(source)].map((record) => JSON.stringify(record));
    source.close();
    const path = `${folder}/export.jsonl`;
    Deno.writeTextFileSync(
      path,
      `\ufeff${lines[0]}\n{"id":"x"\n${lines[1]}\n\n${lines[2]!.slice(0, -9)}`,
    );
    const report = await importFile(store, path);
    assertComplete(report);
    assertEquals(report.applied, 2);
    assertEquals(report.skipped, [{ row: 2, reason: "not JSON" }, { row: 5, reason: "not JSON" }]);
  });
});

Deno.test("the export of a store without memories imports as nothing", async () => {
  await withBench(async ({ store, folder }) => {
    Deno.writeTextFileSync(`${folder}/none.json`, "[]\n");
    const report = await importFile(store, `${folder}/none.json`);
    assertEquals([report.rows, report.applied], [0, 0]);
  });
});
