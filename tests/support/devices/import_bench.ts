/** A place for tests of imports: a folder, a store, and sources. */
import { assertEquals, assertRejects } from "@std/assert";
import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { CodememError } from "../../../lib/errors.ts";
import { importFile, type ImportReport } from "../../../lib/store/import/import_file.ts";
import { openStore, type Store } from "../../../lib/store/store.ts";
import { makeUpstreamSample, type SampleOptions } from "../../../scripts/make_upstream_sample.ts";

/** What a test of an import works with. */
export interface ImportBench {
  readonly folder: string;
  readonly store: Store;
  /** Makes a sample database and returns its path. */
  sample(options?: Partial<SampleOptions>): string;
}

/** Runs `body` with a folder and a store of its own. */
export async function withBench(body: (bench: ImportBench) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const store = openStore({ path: ":memory:" });
  const sample = (options: Partial<SampleOptions> = {}) => {
    const path = `${folder}/mem.sqlite`;
    const defaults = { era: "python", memories: 100, deviceId: "device-a", seed: 1 } as const;
    makeUpstreamSample(path, { ...defaults, ...options });
    return path;
  };
  try {
    await body({ folder, store, sample });
  } finally {
    store.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Every file of a folder with its content, its mode and its time. */
export function inventory(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const { size, mtime, mode } = Deno.statSync(`${folder}/${name}`);
    const sum = hash("sha256", Deno.readFileSync(`${folder}/${name}`), "hex");
    return `${name} ${size} ${mtime?.getTime()} ${mode} ${sum}`;
  }).sort();
}

/** The refusal of a file. */
export async function refusal(store: Store, path: string): Promise<CodememError> {
  const error = await assertRejects(() => importFile(store, path), CodememError);
  assertEquals([error.code, typeof error.hint], ["invalid_import", "string"], error.message);
  assertEquals(store.stats().digest.live, 0);
  return error;
}

/** Each row must have become exactly one thing. */
export function assertComplete(report: ImportReport): void {
  const { applied, unchanged, stale, superseded, skippedCount } = report;
  assertEquals(applied + unchanged + stale + superseded + skippedCount, report.rows);
}

/** Changes a source. */
export function edit(path: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    change(database);
  } finally {
    database.close();
  }
}
