/** How long a write takes to be seen on another device, both running. */
import { resolvePaths } from "../../lib/config/paths.ts";
import { announceChange } from "../../lib/daemon/changes.ts";
import { benchMemories } from "./memories.ts";
import { type Bench, openHome, resetDevices, serve } from "./devices.ts";
import { compared, type Figure, percentile } from "./figure.ts";

/** A write that takes this long counts as it is, and nothing more is written. */
const GIVE_UP_MS = 10_000;
/** Writes come at any time, in relation to whatever is done at intervals. */
const MOST_BETWEEN_MS = 1_000;
const LOOK_MS = 2;
/** Until both have exchanged what is there already. */
const SETTLE_MS = 5_000;

/** Measures writes of this process, which no daemon runs in. */
export async function* writeVisible(bench: Bench): AsyncGenerator<Figure> {
  const { full, empty } = bench;
  await resetDevices(bench);
  await using _full = await serve(full);
  await empty.json("sync", "once");
  await using _empty = await serve(empty);
  await pause(SETTLE_MS);
  const times = await timeWrites(bench);
  const how =
    "from the commit in one process to the row in the other device's database, both with " +
    "`serve`, on loopback; limit: the goal";
  const missing = times.filter((ms) => ms >= GIVE_UP_MS).length;
  for (const [name, share, limit] of [["p50", 0.5, 400], ["p95", 0.95, 1_000]] as const) {
    yield compared({
      figure: `write_visible_${name}`,
      value: percentile(times, share),
      unit: "ms",
      limit,
      goal: { atMost: 1 },
      how,
      writes: times.length,
      missing,
    });
  }
}

/** The milliseconds of each write. */
async function timeWrites({ full, empty, writes }: Bench): Promise<number[]> {
  using from = await openHome(full);
  const { changes } = resolvePaths({ CODEMEM_HOME: full.folder });
  // As every command does.
  from.subscribe(() => announceChange(changes));
  using to = await openHome(empty);
  const times: number[] = [];
  for (const content of benchMemories(writes)) {
    await pause(Math.random() * MOST_BETWEEN_MS);
    const { id } = from.memories.remember(content);
    const startedMs = performance.now();
    const passedMs = () => performance.now() - startedMs;
    while (to.memories.find(id) === undefined && passedMs() < GIVE_UP_MS) await pause(LOOK_MS);
    times.push(passedMs());
    if (times.at(-1)! >= GIVE_UP_MS) break;
  }
  return times;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
