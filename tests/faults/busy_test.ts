import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../lib/errors.ts";
import { openStore } from "../../lib/store/store.ts";
import { TempFolder } from "../support/stores.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };

/** Holds the write lock until its standard input ends; says so on its output. */
const HOLD = `
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(Deno.args[0]);
  database.exec("BEGIN IMMEDIATE");
  console.log("held");
  const holdMs = Number(Deno.args[1]);
  await new Promise((resolve) => setTimeout(resolve, holdMs));
  database.exec("COMMIT");
  database.close();
`;

/** Another process that holds the write lock of a database for a while; resolves once it does. */
async function holdLock(path: string, holdMs: number): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", HOLD, path, String(holdMs)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "held\n");
  await reader.cancel();
  return child;
}

Deno.test("a short lock of another process is waited for", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const holder = await holdLock(path, 300);
  store.memories.remember(DRAFT);
  await holder.status;
  assertEquals(store.memories.recent({ limit: 10 }).length, 1);
  store.close();
});

Deno.test("a long lock is reported as such, changes nothing, and reading goes on", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const { id } = store.memories.remember(DRAFT);
  const holder = await holdLock(path, 60_000);
  try {
    const error = assertThrows(() => store.memories.edit(id, { title: "other" }), CodememError);
    assertEquals(error.code, "database_busy");
    assertEquals(error.consequence, "passing");
    assertEquals(store.memories.find(id)?.title, "t");
  } finally {
    holder.kill("SIGKILL");
    await holder.status;
  }
  // The lock has died with its holder.
  assertEquals(store.memories.edit(id, { title: "other" }).title, "other");
  assert(store.digestHolds());
  store.close();
});
