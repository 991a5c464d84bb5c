/** A command from nothing, against a program that does nothing. */
import type { Bench } from "./devices.ts";
import { compared, type Figure, median } from "./figure.ts";
import { runScript } from "./run_script.ts";

const RUNS = 21;

/** Measures `sync status --json`, both programs from source. */
export async function* coldStart(bench: Bench): AsyncGenerator<Figure> {
  const nothing = `${bench.folder}/nothing.ts`;
  await Deno.writeTextFile(nothing, "");
  const command = { status: [] as number[], empty: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    command.empty.push(await timed(() => runScript(nothing, [], bench)));
    command.status.push(await timed(() => bench.empty.json("sync", "status")));
  }
  yield compared({
    figure: "cold_sync_status",
    value: median(command.status),
    unit: "ms",
    limit: median(command.empty),
    goal: { atMost: 3 },
    how:
      "`sync status --json` from source, start to end; limit: an empty program, started likewise",
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
