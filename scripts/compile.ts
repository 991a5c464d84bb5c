/**
 * Compiles the program into one file.
 *
 * Without a target it is for this system, and dist/codemem; else dist/codemem-TARGET.
 */
import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import { compile, type CompileOptions } from "./compile/compile.ts";
import { findTarget, TARGETS } from "./compile/targets.ts";

const ROOT = resolve(import.meta.dirname!, "..");
const USAGE = `Usage: deno task compile [--target TARGET] [--output FILE] [--release]

TARGET is one of ${TARGETS.join(", ")}.
A release is made of nothing but Deno's own download.`;
/** What a shell reports for a process that was interrupted. */
const INTERRUPTED = 130;

/**
 * What a command line asks for.
 *
 * @throws {Error} where it asks for something that there is not
 */
export function compileOptions(
  args: readonly string[],
): Omit<CompileOptions, "givenBase" | "signal" | "log"> {
  const { target: asked, output, release, _: words } = parseArgs([...args], {
    string: ["target", "output"],
    boolean: ["release"],
    unknown: (arg) => {
      throw new Error(`Cannot compile: unknown argument ${arg}\n${USAGE}`);
    },
  });
  if (words.length > 0) throw new Error(`Cannot compile: unexpected argument ${words[0]}`);
  if (output === "") throw new Error(`Cannot compile: --output names no file\n${USAGE}`);
  const target = findTarget(String(asked ?? Deno.build.target));
  if (target === undefined) {
    throw new Error(`Cannot compile for "${asked ?? Deno.build.target}"\n${USAGE}`);
  }
  const name = asked === undefined ? "codemem" : `codemem-${target}`;
  const file = output === undefined ? `${ROOT}/dist/${name}` : resolve(String(output));
  return { root: ROOT, target, output: file, release: release === true };
}

async function main(): Promise<number> {
  if (["--help", "-h"].includes(Deno.args[0] ?? "")) {
    console.log(USAGE);
    return 0;
  }
  const signal = interruption();
  try {
    const options = compileOptions(Deno.args);
    const givenBase = Deno.env.get("DENORT_BIN") || undefined;
    const { bytes, sha256 } = await compile({ ...options, givenBase, signal, log: console.error });
    console.log(`${options.output}  ${(bytes / 1e6).toFixed(1)} MB  sha256 ${sha256}`);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(signal.aborted ? "Interrupted" : message);
    return signal.aborted ? INTERRUPTED : 1;
  }
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => controller.abort());
  }
  return controller.signal;
}

if (import.meta.main) Deno.exit(await main());
