import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { skipUnless } from "../../tests/support/skip.ts";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { CodememError, type ErrorCode } from "../errors.ts";
import { Database } from "./database.ts";
import { migrate, SCHEMA_VERSION } from "./migrate.ts";
import { openStore } from "./store.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };

/** Every file of a folder with its bytes. */
function filesOf(folder: TempFolder): Record<string, string> {
  const latin1 = new TextDecoder("latin1");
  return Object.fromEntries(
    [...Deno.readDirSync(folder.path)].filter(({ isFile }) => isFile).map(({ name }) =>
      [name, latin1.decode(Deno.readFileSync(folder.file(name)))] as const
    ).sort(),
  );
}

function assertRefused(path: string, code: ErrorCode): CodememError {
  const error = assertThrows(() => openStore({ path }).close(), CodememError);
  assertEquals(error.code, code);
  assert(error.hint !== undefined);
  return error;
}

function sql(path: string, text: string): void {
  const database = new DatabaseSync(path);
  database.exec(text);
  database.close();
}

Deno.test("a new file becomes a database of the present version, once", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const first = openStore({ path });
  const { deviceId } = first;
  const { epoch } = first.log.head();
  first.memories.remember(DRAFT);
  first.close();
  const second = openStore({ path });
  assertEquals([second.deviceId, second.log.head().epoch], [deviceId, epoch]);
  assertEquals(second.memories.recent({ limit: 10 }).length, 1);
  second.close();
  const database = new Database(path);
  assertEquals(database.get("PRAGMA user_version")?.user_version, SCHEMA_VERSION);
  assertEquals(database.get("PRAGMA journal_mode")?.journal_mode, "wal");
  database.close();
});

Deno.test("an empty file becomes a database", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  Deno.writeFileSync(path, new Uint8Array());
  const made = openStore({ path });
  const { id } = made.memories.remember({ kind: "note", title: "A title", body: "a text" });
  made.close();
  const again = openStore({ path });
  assertEquals(again.memories.find(id)?.title, "A title");
  again.close();
});

Deno.test("a migration that fails leaves an empty database, which the next start can make", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const full = new Database(path);
  full.exec("PRAGMA max_page_count = 5");
  const error = assertThrows(() => migrate(full), CodememError);
  assertEquals(error.code, "database_full");
  assertEquals(full.get("SELECT count(*) AS count FROM sqlite_master")?.count, 0);
  full.close();
  openStore({ path }).close();
});

Deno.test("a database of a newer program is refused and stays as it is", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  openStore({ path }).close();
  sql(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const before = filesOf(folder);
  assert(assertRefused(path, "database_too_new").message.includes(`${SCHEMA_VERSION + 1}`));
  assertEquals(filesOf(folder), before);
});

for (const journal of ["delete", "wal"]) {
  Deno.test(`another program's database is refused and stays as it is (${journal})`, () => {
    using folder = new TempFolder();
    const path = folder.file("a.db");
    sql(path, `PRAGMA journal_mode = ${journal}; CREATE TABLE notes (text)`);
    const before = filesOf(folder);
    assertRefused(path, "database_corrupt");
    assertEquals(filesOf(folder), before);
  });
}

Deno.test("a file that is no database is refused and stays as it is", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  Deno.writeTextFileSync(path, "these are my notes\n".repeat(500));
  const before = filesOf(folder);
  assertRefused(path, "database_corrupt");
  assertEquals(filesOf(folder), before);
});

Deno.test("a folder that is missing is no place for a database", () => {
  using folder = new TempFolder();
  assertRefused(folder.file("missing/a.db"), "io_failed");
  assertRefused(folder.path, "io_failed");
});

const OPEN = `
  const { openStore } = await import(Deno.args[0]);
  const store = openStore({ path: Deno.args[1] });
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  console.log(store.deviceId);
  store.close();
`;

/** Opens the store at `path` in a process of its own; resolves to what it prints. */
async function openElsewhere(path: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--ext=ts", OPEN, import.meta.resolve("./store.ts"), path],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("several processes that make the same database at once make one", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const devices = await Promise.all([1, 2, 3, 4].map(() => openElsewhere(path)));
  assertEquals(new Set(devices).size, 1);
  const store = openStore({ path });
  assertEquals(store.memories.recent({ limit: 10 }).length, 4);
  assert(store.digestHolds());
  store.close();
});

/** Whether a file can be made unchangeable here even for root. */
function canFreeze(): boolean {
  using folder = new TempFolder();
  Deno.writeTextFileSync(folder.file("a"), "");
  return freeze("+i", folder.file("a")) && freeze("-i", folder.file("a"));
}

function freeze(flag: "+i" | "-i", ...paths: string[]): boolean {
  try {
    return new Deno.Command("chattr", { args: [flag, ...paths], stderr: "null" }).outputSync()
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const isRoot = Deno.uid() === 0;

Deno.test({
  ...skipUnless(
    !isRoot || canFreeze(),
    "root writes everywhere here",
    "a read-only database is refused",
  ),
  fn() {
    using folder = new TempFolder();
    const path = folder.file("a.db");
    openStore({ path }).close();
    const before = filesOf(folder);
    if (isRoot) assert(freeze("+i", path, folder.path));
    else {
      Deno.chmodSync(path, 0o400);
      Deno.chmodSync(folder.path, 0o500);
    }
    try {
      assertRefused(path, "database_read_only");
      assertEquals(filesOf(folder), before);
    } finally {
      if (isRoot) freeze("-i", path, folder.path);
      else Deno.chmodSync(folder.path, 0o700);
    }
    openStore({ path }).close();
  },
});
