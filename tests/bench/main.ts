/**
 * The figures that matter, one JSON line each, each against a goal and a limit that is measured in the
 * same run. It judges nothing: the exit code says only whether the measuring worked.
 *
 *   deno task bench
 */
import { coldStart } from "./cold_start.ts";
import { compiled } from "./compiled.ts";
import { makeBench } from "./devices.ts";
import type { Figure } from "./figure.ts";
import { firstSync } from "./first_sync.ts";
import { localWork } from "./local_work.ts";
import { noNews } from "./no_news.ts";

const MEMORIES = 10_000;

async function* allFigures(folder: string, signal: AbortSignal): AsyncGenerator<Figure> {
  const bench = await makeBench({ memories: MEMORIES, folder, signal });
  for (const measure of [firstSync, noNews, coldStart, localWork, compiled]) yield* measure(bench);
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interruption.abort());
  }
  const folder = await Deno.makeTempDir({ prefix: "codemem-bench-" });
  try {
    for await (const figure of allFigures(folder, interruption.signal)) {
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
