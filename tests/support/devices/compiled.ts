/** The program as users have it: one file, compiled anew where it is not that of the source. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { checkedOutCommit } from "../../../scripts/compile/commit.ts";
import { compile } from "../../../scripts/compile/compile.ts";
import { findTarget } from "../../../scripts/compile/targets.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const FOLDER = `${ROOT}/.cache/compiled`;
/** What a compiled file depends on, besides the commit and the base. */
const SOURCES = ["deno.json", "deno.lock", "lib", "scripts/bundle", "scripts/compile", "ui"];

/**
 * The path of the compiled program. Of test files that run at the same time one compiles and the others
 * wait.
 *
 * @throws {Error} where it cannot be compiled on this system
 */
export async function compiledProgram(): Promise<string> {
  await Deno.mkdir(FOLDER, { recursive: true });
  using lock = await Deno.open(`${FOLDER}/lock`, { create: true, write: true });
  await lock.lock(true);
  const output = `${FOLDER}/codemem`;
  const givenBase = Deno.env.get("DENORT_BIN") || undefined;
  const stamp = await sourceStamp(givenBase);
  if (await textIfThere(`${FOLDER}/stamp`) === stamp) return output;
  const target = findTarget(Deno.build.target);
  if (target === undefined) throw new Error(`Cannot compile for ${Deno.build.target}`);
  await compile({ root: ROOT, target, output, release: false, givenBase, log: () => {} });
  await Deno.writeTextFile(`${FOLDER}/stamp`, stamp);
  return output;
}

async function sourceStamp(givenBase: string | undefined): Promise<string> {
  const hash = createHash("sha256");
  const facts = [await checkedOutCommit(ROOT), givenBase, Deno.version.deno, Deno.build.target];
  hash.update(JSON.stringify(facts));
  for (const source of SOURCES) {
    for await (const path of filesUnder(`${ROOT}/${source}`)) {
      hash.update(`\n${path}\n`).update(await Deno.readFile(path));
    }
  }
  return hash.digest("hex");
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  if ((await Deno.stat(path)).isFile) {
    yield path;
    return;
  }
  const entries = await Array.fromAsync(Deno.readDir(path));
  for (const name of entries.map((entry) => entry.name).sort()) {
    yield* filesUnder(`${path}/${name}`);
  }
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
