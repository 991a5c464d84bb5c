/**
 * Makes a database as this version of the program leaves it, for the tests of later versions.
 *
 *   deno run -A scripts/make_database_fixture.ts tests/compiled/testdata/schema_1.db.gz
 *
 * One fixture is kept of each schema. Once a schema has been released its fixture stays as it is; until
 * then it is made anew when its migration changes.
 */
import { DatabaseSync } from "node:sqlite";
import { Home } from "../tests/support/devices/home.ts";

async function makeFixture(path: string): Promise<void> {
  await using home = await Home.make();
  await home.text("sync", "enable");
  const zebra = await home.json<{ id: string }>(
    ...["remember", "The zebra is striped", "--kind", "decision", "--tag", "zoo"],
  );
  await home.text("edit", zebra.id, "--title", "About zebras");
  await home.text("remember", "Grüße aus 東京", "--project", "travel");
  const walrus = await home.json<{ id: string }>("remember", "The walrus has tusks");
  await home.text("forget", walrus.id);
  const database = new DatabaseSync(home.path("codemem.db"));
  database.prepare("VACUUM INTO ?").run(home.path("fixture"));
  database.close();
  const gzip = new CompressionStream("gzip");
  const packed = new Blob([await Deno.readFile(home.path("fixture"))]).stream().pipeThrough(gzip);
  await Deno.writeFile(path, packed, { createNew: true });
}

if (import.meta.main) await makeFixture(Deno.args[0]!);
