/** Databases that an earlier build of the program left, under the compiled file. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "../../lib/store/migrate.ts";
import { makeUpstreamSample } from "../../scripts/make_upstream_sample.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { freePort } from "../support/system/free_port.ts";
import { Home } from "../support/devices/home.ts";

const TESTDATA = `${import.meta.dirname}/testdata`;
const program = await compiledProgram();

/** A memory of `recent --json`, as far as it is looked at here. */
interface Shown {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly project: string | null;
}

const newest = `schema_${SCHEMA_VERSION}.db.gz`;

Deno.test(`${newest} is as this schema is: a migration that was released does not change`, async () => {
  await using home = await Home.make();
  await unpack(`${TESTDATA}/${newest}`, home.path("fixture.db"));
  await home.text("remember", "x");
  assertEquals(
    schemaOf(home.path("fixture.db")),
    schemaOf(home.path("codemem.db")),
    "Is it released? Add a migration. If not, make the fixture anew: scripts/make_database_fixture.ts",
  );
});

Deno.test("there is a fixture of every schema", async () => {
  const schemas = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1);
  const found = (await Array.fromAsync(Deno.readDir(TESTDATA))).map(({ name }) => name);
  assertEquals(found.sort(), schemas.map((schema) => `schema_${schema}.db.gz`).sort());
});

Deno.test("the compiled file refuses a database of a newer program, and leaves it as it is", async () => {
  await using home = await Home.make({ program: [program] });
  await unpack(`${TESTDATA}/${newest}`, home.path("codemem.db"));
  const database = new DatabaseSync(home.path("codemem.db"));
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  database.close();
  const before = await home.snapshot();
  const { code, stderr } = await home.run(["remember", "x"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "hint: Install the version of codemem that last wrote it");
  assertEquals(await home.snapshot(), before);
});

for await (const { name } of Deno.readDir(TESTDATA)) {
  Deno.test(`the compiled file takes over ${name} with all that it holds`, async () => {
    await using home = await Home.make({ program: [program] });
    await unpack(`${TESTDATA}/${name}`, home.path("codemem.db"));
    const memories = await home.json<Shown[]>("recent");
    const kept = memories.map(({ title, body, kind, tags, project }) => ({
      title,
      body,
      kind,
      tags,
      project,
    }));
    assertEquals(kept, [
      {
        title: "Grüße aus 東京",
        body: "Grüße aus 東京",
        kind: "discovery",
        tags: [],
        project: "travel",
      },
      {
        title: "About zebras",
        body: "The zebra is striped",
        kind: "decision",
        tags: ["zoo"],
        project: null,
      },
    ]);
    assertEquals((await home.json<Shown[]>("search", "striped"))[0]?.title, "About zebras");
    await home.text("edit", memories[1]!.id, "--title", "About okapis");
    await home.text("forget", memories[0]!.id);
    assertEquals((await home.json<Shown[]>("recent")).map(({ title }) => title), ["About okapis"]);
    const { live, tombstones } = await home.json<{ live: number; tombstones: number }>(
      "sync",
      "status",
    );
    assertEquals([live, tombstones], [1, 2]);
    assertSound(home.path("codemem.db"));
  });
}

Deno.test("the compiled file goes on where the program left off that was run from source", async () => {
  await using source = await Home.make();
  const home = new Home(source.folder, { program: [program] });
  const { id } = await source.json<Shown>("remember", "from source");
  await home.text("edit", id, "--title", "compiled");
  assertEquals((await source.json<Shown>("show", id)).title, "compiled");
  assertSound(home.path("codemem.db"));
});

Deno.test("the compiled file takes in a mem.sqlite at its first start, and leaves it as it is", async () => {
  await using home = await Home.make({ program: [program] });
  await Deno.mkdir(home.path(".codemem"));
  const path = home.path(".codemem/mem.sqlite");
  makeUpstreamSample(path, { era: "typescript", memories: 50, deviceId: "old", seed: 3 });
  const before = await Deno.readFile(path);
  const env = {
    CODEMEM_HOME: undefined,
    HOME: home.folder,
    CODEMEM_VIEWER_PORT: String(freePort()),
  };
  {
    await using serving = await home.start(["serve"], /Viewer:[^]*Imported|Imported[^]*Viewer:/, {
      env,
    });
    assertEquals((await serving.stop()).code, 0);
  }
  const { stdout } = await home.run(["recent", "--json"], { env });
  assert(JSON.parse(stdout).length > 0, stdout);
  assertEquals(await Deno.readFile(path), before);
});

async function unpack(path: string, to: string): Promise<void> {
  using file = await Deno.open(path);
  await Deno.writeFile(to, file.readable.pipeThrough(new DecompressionStream("gzip")));
}

function schemaOf(path: string): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
  } finally {
    database.close();
  }
}

function assertSound(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    assertEquals(database.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    assertEquals(database.prepare("PRAGMA user_version").get()?.user_version, SCHEMA_VERSION);
    assert(database.prepare("PRAGMA foreign_key_check").get() === undefined);
  } finally {
    database.close();
  }
}
