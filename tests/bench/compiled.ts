/** The program as one file, against a file that was compiled from a program that does nothing. */
import { compileBundle } from "../../scripts/compile/compile.ts";
import { findBase } from "../../scripts/compile/base.ts";
import { findTarget } from "../../scripts/compile/targets.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { Home, Running } from "../support/devices/home.ts";
import { coldCommands } from "./cold_commands.ts";
import { type Bench, copyHome, serve } from "./devices.ts";
import { compared, type Figure, plain } from "./figure.ts";
import { memoryKb } from "./process_memory.ts";

/** Until what is only needed at the start has been let go. */
const SETTLE_MS = 5_000;
/** It ends where it is given no word, and stays where it is given one. */
const NOTHING =
  `if (Deno.args.length > 0) {\n  console.log("idle");\n  setInterval(() => {}, 1e6);\n}\n`;

/** Measures size, cold start and idle memory. */
export async function* compiled(bench: Bench): AsyncGenerator<Figure> {
  const program = await compiledProgram();
  const { signal, folder } = bench;
  const nothing = await compileNothing(folder);
  const home = await copyHome(bench.empty, `${folder}/compiled`, { signal, program: [program] });
  const empty = new Home(home.folder, { signal, program: [nothing] });
  yield compared({
    figure: "compiled_size",
    value: (await Deno.stat(program)).size / 1e6,
    unit: "MB",
    limit: (await Deno.stat(nothing)).size / 1e6,
    goal: { atMost: 1.03 },
    how: "the compiled file; limit: an empty program compiled with the same base",
  });
  yield* coldCommands({
    home,
    runNothing: () => empty.text(),
    prefix: "compiled_cold_",
    how: "compiled, start to end; limit: an empty program, compiled likewise",
  });
  yield* idleMemory(home, empty);
}

async function* idleMemory(home: Home, empty: Home): AsyncGenerator<Figure> {
  const how = `in use ${SETTLE_MS / 1000} s after the start, paired and with nothing to do`;
  await using serving = await serve(home);
  await using idle = new Running(empty.command(["stay"]).spawn());
  await idle.waitFor(/idle/);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  yield plain("compiled_idle_memory", memoryKb(serving.pid) / 1024, "MiB", `\`serve\`, ${how}`);
  yield plain(
    "compiled_idle_memory_of_nothing",
    memoryKb(idle.pid) / 1024,
    "MiB",
    "an empty program, compiled likewise, that waits",
  );
}

async function compileNothing(folder: string): Promise<string> {
  const target = findTarget(Deno.build.target);
  if (target === undefined) throw new Error(`Cannot compile for ${Deno.build.target}`);
  const base = await findBase({
    target,
    release: false,
    given: Deno.env.get("DENORT_BIN") || undefined,
    cache: `${import.meta.dirname}/../../.cache/base`,
  });
  const output = `${folder}/nothing`;
  await Deno.writeTextFile(`${folder}/nothing.js`, NOTHING);
  await compileBundle({ program: `${folder}/nothing.js`, base, target, output });
  return output;
}
