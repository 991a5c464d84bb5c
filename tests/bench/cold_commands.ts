/** What people and their agents run all day, each command in a process of its own. */
import type { Home } from "../support/devices/home.ts";
import { compared, type Figure, median } from "./figure.ts";

const RUNS = 21;
/** By the name of the figure: the words, and how many empty programs they may take. */
const COMMANDS: Readonly<Record<string, { words: readonly string[]; atMost: number }>> = {
  sync_status: { words: ["sync", "status"], atMost: 3 },
  // It hashes, which loads node:crypto, and waits until the disk has what it wrote.
  remember: { words: ["remember", "The build needs Node 20"], atMost: 5 },
  recent: { words: ["recent"], atMost: 3 },
  search: { words: ["search", "build"], atMost: 3 },
};

/** Options of {@link coldCommands}. */
export interface ColdOptions {
  /** A device of its own: it is written to. */
  readonly home: Home;
  /** Runs a program that does nothing, started likewise. */
  readonly runNothing: () => Promise<unknown>;
  /** Before the name of each figure. */
  readonly prefix: string;
  /** How the programs are started. */
  readonly how: string;
}

/** Measures each command with `--json`, start to end; all of them take turns with the empty program. */
export async function* coldCommands(
  { home, runNothing, prefix, how }: ColdOptions,
): AsyncGenerator<Figure> {
  const times = new Map<string, number[]>(Object.keys(COMMANDS).map((name) => [name, []]));
  const limits: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    limits.push(await timed(runNothing));
    for (const [name, { words }] of Object.entries(COMMANDS)) {
      times.get(name)!.push(await timed(() => home.json(...words)));
    }
  }
  for (const [name, { atMost }] of Object.entries(COMMANDS)) {
    yield compared({
      figure: `${prefix}${name}`,
      value: median(times.get(name)!),
      unit: "ms",
      limit: median(limits),
      goal: { atMost },
      how: `\`${name.replace("_", " ")} --json\` ${how}`,
    });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
