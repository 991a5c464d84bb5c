import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../lib/errors.ts";
import { openStore } from "../../lib/store/store.ts";
import { holdDatabase } from "../support/system/hold_database.ts";
import { TempFolder } from "../support/devices/stores.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };

Deno.test("a short lock of another process is waited for", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  await using holder = await holdDatabase(path, 300);
  store.memories.remember(DRAFT);
  await holder.ended;
  assertEquals(store.memories.recent({ limit: 10 }).length, 1);
  store.close();
});

Deno.test("a long lock is reported as such, changes nothing, and reading goes on", async () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const { id } = store.memories.remember(DRAFT);
  {
    await using _holder = await holdDatabase(path);
    const error = assertThrows(() => store.memories.edit(id, { title: "other" }), CodememError);
    assertEquals(error.code, "database_busy");
    assertEquals(error.consequence, "passing");
    assertEquals(store.memories.find(id)?.title, "t");
  }
  assertEquals(store.memories.edit(id, { title: "other" }).title, "other");
  assert(store.digestHolds());
  store.close();
});
