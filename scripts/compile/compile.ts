/** From source to one file that runs by itself. */
import { dirname } from "node:path";
import { V8_FLAGS } from "../../lib/cli/v8_flags.ts";
import { type Base, findBase } from "./base.ts";
import { bundle } from "./bundle.ts";
import { checkedOutCommit } from "./commit.ts";
import { PERMISSIONS } from "./permissions.ts";
import { type Placed, putInPlace } from "./put_in_place.ts";
import { runTool } from "../bundle/run_tool.ts";
import type { Target } from "./targets.ts";
import { tryOut } from "./try_out.ts";

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
  /** Ends the work early, with nothing left behind. */
  readonly signal?: AbortSignal | undefined;
  /** Says what is being done. */
  readonly log: (line: string) => void;
}

/** What {@link compile} made. */
export interface Compiled extends Placed {
  readonly base: Base;
}

/**
 * Compiles the program. Until the new file is whole and, where it can be, has been tried, the old one
 * stays.
 *
 * @throws {Error} where there is no base or none that works, and where bundling or compiling fails
 */
export async function compile(options: CompileOptions): Promise<Compiled> {
  const { root, target, output, release, givenBase, signal, log } = options;
  const cache = `${root}/.cache/base`;
  const base = await findBase({ target, release, given: givenBase, cache, signal });
  log(`base: ${base.origin}`);
  const work = await Deno.makeTempDir({ prefix: "codemem-compile-" });
  try {
    const commit = await checkedOutCommit(root);
    // The last folder of this path goes into the compiled file.
    const program = await bundle({ root, commit, work, output: `${work}/codemem`, signal });
    const compiled = `${work}/compiled`;
    await compileBundle({ program, base, target, output: compiled, signal });
    if (target === Deno.build.target) await tryOut(compiled, { base, commit, signal });
    else log(`not tried: it is for ${target}`);
    return { base, ...await putInPlace(compiled, output) };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Options of {@link compileBundle}. */
export interface CompileBundleOptions {
  /** The path of the file that starts the program. */
  readonly program: string;
  readonly base: Base;
  readonly target: Target;
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles one JavaScript file and what it imports.
 *
 * No code cache: it would be a file of guessable name in the folder for temporary files.
 */
export async function compileBundle(options: CompileBundleOptions): Promise<void> {
  const { program, base, target, output, signal } = options;
  const words = [
    ...base.deno,
    ...["compile", "--quiet", "--no-config", "--no-lock", "--no-check", "--no-code-cache"],
    ...[
      "--unstable-net",
      V8_FLAGS,
      ...PERMISSIONS,
      "--target",
      target,
      "--output",
      output,
      program,
    ],
  ];
  const env: Record<string, string> = base.path === undefined ? {} : { DENORT_BIN: base.path };
  await runTool(words, { cwd: dirname(program), env, signal });
}
