/** From source to one file that runs by itself. */
import { hash } from "node:crypto";
import { basename, dirname } from "node:path";
import { type Base, findBase } from "./base.ts";
import { bundle } from "./bundle.ts";
import { checkedOutCommit } from "./commit.ts";
import { PERMISSIONS } from "./permissions.ts";
import { runTool } from "./run_tool.ts";
import type { Target } from "./targets.ts";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** The folder of the program's source. */
  readonly root: string;
  readonly target: Target;
  /** The path of the file to make; its SHA-256 is written beside it. */
  readonly output: string;
  /** Whether nothing but Deno's own download will do as the base. */
  readonly release: boolean;
  /** DENORT_BIN. */
  readonly givenBase: string | undefined;
  /** Says what is being done. */
  readonly log: (line: string) => void;
}

/** What {@link compile} made. */
export interface Compiled {
  readonly base: Base;
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

/**
 * Compiles the program.
 *
 * @throws {Error} where there is no base, and where bundling or compiling fails
 */
export async function compile(options: CompileOptions): Promise<Compiled> {
  const { root, target, output, release, givenBase, log } = options;
  const base = await findBase({ target, release, given: givenBase, cache: `${root}/.cache/base` });
  log(`base: ${base.origin}`);
  const work = await Deno.makeTempDir({ prefix: "codemem-compile-" });
  try {
    const commit = await checkedOutCommit(root);
    // The last folder of this path goes into the compiled file.
    const program = await bundle({ root, commit, work, output: `${work}/codemem` });
    await compileBundle(program, base, target, `${work}/compiled`);
    return { base, ...await putInPlace(`${work}/compiled`, output) };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/**
 * Compiles one JavaScript file and what it imports.
 *
 * No code cache: it would be a file of guessable name in the folder for temporary files.
 */
export async function compileBundle(
  program: string,
  base: Base,
  target: Target,
  output: string,
): Promise<void> {
  const words = [
    ...base.deno,
    ...["compile", "--quiet", "--no-config", "--no-lock", "--no-check", "--no-code-cache"],
    ...["--unstable-net", ...PERMISSIONS, "--target", target, "--output", output, program],
  ];
  await runTool(words, {
    cwd: dirname(program),
    env: base.path === undefined ? {} : { DENORT_BIN: base.path },
  });
}

/** Puts the file in its place at once, so that one that is being run is not written to. */
async function putInPlace(
  file: string,
  output: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await Deno.mkdir(dirname(output), { recursive: true });
  const content = await Deno.readFile(file);
  const sha256 = hash("sha256", content);
  const partial = `${output}.partial`;
  await Deno.writeFile(partial, content, { mode: 0o755 });
  await Deno.rename(partial, output);
  await Deno.writeTextFile(`${output}.sha256`, `${sha256}  ${basename(output)}\n`);
  return { bytes: content.length, sha256 };
}
