/**
 * The figures that matter, one JSON line each, each against a goal and a limit that is measured in the
 * same run. It judges nothing: the exit code says only whether the measuring worked.
 *
 *   deno task bench [--memories N] [--writes N] [--idle-seconds N] [MEASURE…]
 *
 * Without a MEASURE, all of them. Fewer memories, writes and seconds make a quick run, whose figures
 * are no more than a hint.
 */
import { parseArgs } from "@std/cli/parse-args";
import { coldStart } from "./cold_start.ts";
import { compiled } from "./compiled.ts";
import { type Bench, makeBench } from "./devices.ts";
import type { Figure } from "./figure.ts";
import { feed } from "./feed.ts";
import { firstSync } from "./first_sync.ts";
import { idle } from "./idle.ts";
import { localWork } from "./local_work.ts";
import { noNews } from "./no_news.ts";
import { scroll } from "./scroll.ts";
import { triangle } from "./triangle.ts";
import { writeVisible } from "./write_visible.ts";

const MEASURES: Readonly<Record<string, (bench: Bench) => AsyncGenerator<Figure>>> = {
  first_sync: firstSync,
  no_news: noNews,
  cold_start: coldStart,
  local_work: localWork,
  feed,
  scroll,
  write_visible: writeVisible,
  triangle,
  idle,
  compiled,
};

/** What is to be measured, and how thoroughly. */
interface Plan extends Pick<Bench, "memories" | "writes" | "idleSeconds"> {
  readonly measures: readonly string[];
}

/** @throws {Error} where the arguments name something else */
function readPlan(args: string[]): Plan {
  const names = ["memories", "writes", "idle-seconds"];
  const { _: given, ...options } = parseArgs(args, {
    string: names,
    unknown: (argument, key) => {
      if (key !== undefined) throw new Error(`There is no option ${argument}`);
    },
  });
  const number = (name: string, fallback: number) => {
    const value = options[name] === undefined ? fallback : Number(options[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number`);
    return value;
  };
  const unknown = given.find((name) => !Object.hasOwn(MEASURES, name));
  if (unknown !== undefined) {
    throw new Error(`"${unknown}" is none of ${Object.keys(MEASURES).join(", ")}`);
  }
  return {
    measures: given.length > 0 ? given.map(String) : Object.keys(MEASURES),
    memories: number("memories", 10_000),
    writes: number("writes", 100),
    idleSeconds: number("idle-seconds", 60),
  };
}

async function* allFigures(
  { measures, ...extent }: Plan,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<Figure> {
  const bench = await makeBench({ ...extent, folder, signal });
  for (const name of measures) yield* MEASURES[name]!(bench);
}

async function main(): Promise<number> {
  const plan = readPlan(Deno.args);
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interruption.abort());
  }
  const folder = await Deno.makeTempDir({ prefix: "codemem-bench-" });
  try {
    for await (const figure of allFigures(plan, folder, interruption.signal)) {
      console.log(JSON.stringify(figure));
    }
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    console.error("Interrupted");
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
