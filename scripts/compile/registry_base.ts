/** The base of Deno 2.7.11 for x64 Linux out of npm, for machines that reach nothing but a registry. */
import { hash } from "node:crypto";
import { elfLength } from "./elf_length.ts";
import { runTool } from "../bundle/run_tool.ts";

/** The version of Deno that the base belongs to, and that has to compile with it. */
export const REGISTRY_BASE_DENO = "2.7.11";

/** A program that was compiled with that Deno: it starts with the base. */
const PACKAGE = "@stdy/cli-linux-x64@0.22.2";
const PROGRAM = "package/bin/steady";
const BASE_SHA256 = "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6";

/**
 * Takes the base out of the package, unless it has been taken before.
 *
 * @param folder where it is kept; its name holds its hash
 * @returns its path
 * @throws {Error} where it is not, byte for byte, the base that is expected
 */
export async function registryBase(folder: string, signal?: AbortSignal): Promise<string> {
  const path = `${folder}/denort-${REGISTRY_BASE_DENO}-${BASE_SHA256.slice(0, 12)}`;
  if (await isExpected(path)) return path;
  await Deno.mkdir(folder, { recursive: true });
  const work = await Deno.makeTempDir({ dir: folder });
  try {
    const pack = ["npm", "pack", "--silent", "--pack-destination", work, PACKAGE];
    await runTool(pack, { cwd: work, signal });
    const archive = (await Array.fromAsync(Deno.readDir(work))).find(({ name }) =>
      name.endsWith(".tgz")
    );
    await runTool(["tar", "-xzf", archive?.name ?? PACKAGE, PROGRAM], { cwd: work });
    const program = await Deno.readFile(`${work}/${PROGRAM}`);
    const base = program.subarray(0, elfLength(program));
    requireExpected(base);
    await Deno.writeFile(`${work}/base`, base, { mode: 0o755 });
    await Deno.rename(`${work}/base`, path);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return path;
}

async function isExpected(path: string): Promise<boolean> {
  try {
    return hash("sha256", await Deno.readFile(path)) === BASE_SHA256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function requireExpected(base: Uint8Array): void {
  const found = hash("sha256", base);
  if (found === BASE_SHA256) return;
  throw new Error(`Cannot use the base of ${PACKAGE}: its SHA-256 is ${found}, not ${BASE_SHA256}`);
}
