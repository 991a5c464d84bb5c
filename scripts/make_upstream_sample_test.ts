import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { makeUpstreamSample, type SampleOptions } from "./make_upstream_sample.ts";

const OPTIONS = { era: "python", memories: 60, deviceId: "device-a", seed: 5 } as const;

/** All rows of a sample's table. */
function rows(options: SampleOptions, table = "memory_items"): Record<string, unknown>[] {
  const folder = Deno.makeTempDirSync();
  try {
    const count = makeUpstreamSample(`${folder}/mem.sqlite`, options);
    const database = new DatabaseSync(`${folder}/mem.sqlite`, { readOnly: true });
    try {
      const found = database.prepare(`SELECT * FROM ${table}`).all();
      if (table === "memory_items") assertEquals(found.length, count);
      return found;
    } finally {
      database.close();
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a sample depends on its arguments alone", () => {
  assertEquals(rows(OPTIONS), rows(OPTIONS));
  assertEquals(rows({ ...OPTIONS, seed: 6 })[0]?.title === rows(OPTIONS)[0]?.title, false);
});

Deno.test("a sample holds the oddities that occur in the wild", () => {
  const found = rows(OPTIONS);
  const count = (test: (row: Record<string, unknown>) => boolean) => found.filter(test).length > 0;
  const keys = found.map((row) => row.import_key);
  assertEquals(new Set(keys.filter((key) => key !== null)).size < keys.length, true);
  assertEquals(count((row) => row.import_key === null && row.rev === null), true);
  assertEquals(count((row) => /^legacy:memory_item:/.test(String(row.import_key))), true);
  assertEquals(count((row) => /^legacy:device-a:memory/.test(String(row.import_key))), true);
  assertEquals(count((row) => row.active === 0 && row.deleted_at === null), true);
  assertEquals(count((row) => row.deleted_at !== null), true);
  assertEquals(count((row) => /\.\d{3}$/.test(String(row.updated_at))), true);
  assertEquals(count((row) => /\.\d{6}\+00:00$/.test(String(row.updated_at))), true);
  assertEquals(count((row) => row.rev === 0 && row.confidence === 0.5), true);
  assertEquals(count((row) => row.title === "" && row.confidence === 0), true);
});

Deno.test("an early version lacks the columns that came later, and the device", () => {
  const columns = Object.keys(rows({ ...OPTIONS, userVersion: 0 })[0]!);
  assertEquals(
    ["import_key", "rev", "deleted_at", "facts"].some((name) => columns.includes(name)),
    false,
  );
  assertEquals(
    rows({ ...OPTIONS, userVersion: 0 }, "sqlite_master").some(({ name }) =>
      name === "sync_device"
    ),
    false,
  );
  assertEquals(Object.keys(rows({ ...OPTIONS, era: "typescript" })[0]!).includes("scope_id"), true);
});

Deno.test("a sample is never written over a file that is there", () => {
  const path = Deno.makeTempFileSync();
  try {
    assertThrows(() => makeUpstreamSample(path, OPTIONS), Deno.errors.AlreadyExists);
  } finally {
    Deno.removeSync(path);
  }
});
