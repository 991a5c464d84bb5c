/** One folder of JavaScript with everything that the program consists of. */
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { browserScript } from "../bundle/browser_script.ts";
import { denoDir } from "../bundle/deno_dir.ts";
import { nameIndependently } from "./independent_names.ts";
import { whileLocked } from "../bundle/lock_folder.ts";
import { runTool } from "../bundle/run_tool.ts";

/** The name of the file that starts the program, without its ending. */
const ENTRY = "codemem";

/** When every file was written, in seconds since 1970: the times go into the compiled file. */
const WRITTEN_AT_S = 0;

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** The folder of the program's source. */
  readonly root: string;
  /** What is baked in as the commit. */
  readonly commit: string | undefined;
  /** An empty folder to work in. */
  readonly work: string;
  /** The folder for the bundle; it need not exist. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bundles the program, each command into a file of its own: a start reads nothing but what it runs.
 * The bytes depend on the source alone, not on when it is bundled, nor on the folders that it or the
 * packages lie in.
 *
 * @returns the path of the file that starts it
 */
export async function bundle(options: BundleOptions): Promise<string> {
  const { root, commit, work, output, signal } = options;
  const entry = `${work}/${ENTRY}.ts`;
  const start = pathToFileURL(`${root}/lib/cli/start.ts`).href;
  const script = JSON.stringify(await browserScript(root, signal));
  await Deno.writeTextFile(`${work}/browser_script.ts`, `export const script = ${script};\n`);
  await Deno.writeTextFile(entry, entryText(start, commit));
  const raw = `${work}/bundle`;
  // Deno puts its bundler in place at the first bundling; two at once get in each other's way.
  await whileLocked(await denoDir(), () =>
    runTool([
      Deno.execPath(),
      "bundle",
      ...["--quiet", "--platform", "deno", "--code-splitting", "--frozen"],
      ...["--config", `${root}/deno.json`, "--outdir", raw, entry],
    ], { cwd: root, signal }));
  const folders = {
    work: relative(root, work),
    packages: relative(root, `${await denoDir()}/npm`),
  };
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(raw)) {
    files.set(name, withoutFolders(await Deno.readTextFile(`${raw}/${name}`), folders));
  }
  await Deno.mkdir(output, { recursive: true });
  for (const [name, text] of nameIndependently(files, `${ENTRY}.js`)) {
    await Deno.writeTextFile(`${output}/${name}`, text);
    await Deno.utime(`${output}/${name}`, WRITTEN_AT_S, WRITTEN_AT_S);
  }
  return `${output}/${ENTRY}.js`;
}

/** The file that starts the program: it holds what was found out and made at compile time. */
function entryText(start: string, commit: string | undefined): string {
  return `import { start } from ${JSON.stringify(start)};
await start({
  commit: ${JSON.stringify(commit)},
  browserScript: async () => (await import("./browser_script.ts")).script,
});
`;
}

/** The text without the places of this machine that the bundler names modules by. */
function withoutFolders(
  text: string,
  { work, packages }: { readonly work: string; readonly packages: string },
): string {
  const registry = new RegExp(`${RegExp.escape(packages)}/[^/\\s"]+/`, "g");
  return text.replace(registry, "npm/").replaceAll(`${work}/`, "");
}
