/** The first sync of two devices of which one holds everything, in both directions. */
import type { Home } from "../support/devices/home.ts";
import { type Bench, keptFolder, resetDevices, serve } from "./devices.ts";
import { compared, type Figure, median, plain } from "./figure.ts";
import { runScript } from "./run_script.ts";
import { memoryKb, peakMemoryKb } from "./process_memory.ts";

const RUNS = 5;
const IDLE_MS = 2_000;

/** What is measured in every run, all of it in turn. */
interface Sample {
  readonly bareMs: number;
  readonly pullMs: number;
  readonly pushMs: number;
  /** Of the process that received, and of the same command or server with nothing to do. */
  readonly pullPeakKb: number;
  readonly onceIdleKb: number;
  readonly pushPeakKb: number;
  readonly serveIdleKb: number;
}

/** Measures it against the bare writing of the same rows. */
export async function* firstSync(bench: Bench): AsyncGenerator<Figure> {
  const { memories } = bench;
  const samples: Sample[] = [];
  for (let run = 0; run < RUNS; run++) samples.push(await sample(bench));
  const middle = (name: keyof Sample) => median(samples.map((each) => each[name]));
  const rates = (name: keyof Sample) =>
    samples.map((each) => Math.round(memories / each[name] * 1_000));
  for (const direction of ["pull", "push"] as const) {
    yield compared({
      figure: `first_sync_${direction}`,
      value: memories / middle(`${direction}Ms`) * 1_000,
      unit: "memories/s",
      limit: memories / middle("bareMs") * 1_000,
      goal: { atLeast: 0.5 },
      how: "one attempt from before the dial to its record, over TLS between two new processes; " +
        "limit: the same rows written by SQLite alone in a new process",
      memories,
      ms: Math.round(middle(`${direction}Ms`)),
      runs: rates(`${direction}Ms`),
      limit_runs: rates("bareMs"),
    });
  }
  if (Deno.build.os !== "linux") {
    yield plain("receiver_peak_memory", 0, "MiB", "not measured: only Linux tells");
    return;
  }
  const idle = { pull: "onceIdleKb", push: "serveIdleKb" } as const;
  for (const direction of ["pull", "push"] as const) {
    yield compared({
      figure: `receiver_peak_memory_${direction}`,
      value: middle(`${direction}PeakKb`) / 1_024,
      unit: "MiB",
      limit: middle(idle[direction]) / 1_024,
      goal: { atMost: 1.6 },
      how: direction === "pull"
        ? "VmHWM of `sync once` that receives everything; limit: of one with nothing to do"
        : "VmHWM of `serve` that is handed everything; limit: its VmRSS after 2 s of idling",
      memories,
      runs: samples.map((each) => Math.round(each[`${direction}PeakKb`] / 1_024)),
    });
  }
}

async function sample(bench: Bench): Promise<Sample> {
  const bareMs = await bareApply(bench);
  const pulled = await pullEverything(bench);
  const pushed = await pushEverything(bench);
  return { bareMs, ...pulled, ...pushed };
}

async function pullEverything(bench: Bench) {
  const { full, empty, signal } = bench;
  await resetDevices(bench);
  await using _serve = await serve(full);
  const pullPeakKb = await syncOnce(empty, signal);
  const pullMs = await lastAttemptMs(empty);
  const onceIdleKb = await syncOnce(empty, signal);
  return { pullMs, pullPeakKb, onceIdleKb };
}

async function pushEverything(bench: Bench) {
  const { full, empty, signal } = bench;
  await resetDevices(bench);
  await using server = await serve(empty);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const serveIdleKb = memoryKb(server.pid);
  await syncOnce(full, signal);
  const pushPeakKb = peakMemoryKb(server.pid);
  const pushMs = await lastAttemptMs(full);
  return { pushMs, pushPeakKb, serveIdleKb };
}

/** Runs `sync once`. @returns the most memory it needed, in kibibytes */
async function syncOnce(home: Home, signal: AbortSignal): Promise<number> {
  const env = { CODEMEM_HOME: home.folder };
  const { stdout, stderr } = await runScript(
    "measured_command.ts",
    ["sync", "once", "--json"],
    { env, signal },
  );
  const { identical } = JSON.parse(stdout).peers[0];
  if (!identical) throw new Error("A pass has left a difference");
  return JSON.parse(stderr.trim().split("\n").at(-1)!).peakKb;
}

async function lastAttemptMs(home: Home): Promise<number> {
  const [attempt] = await home.json<{ started_at: string; finished_at: string }[]>(
    ...["sync", "attempts", "--limit", "1"],
  );
  const { started_at: startedAt, finished_at: finishedAt } = attempt!;
  return Date.parse(finishedAt) - Date.parse(startedAt);
}

async function bareApply({ full, folder, signal }: Bench): Promise<number> {
  const target = `${folder}/bare.db`;
  const source = `${keptFolder(full)}/codemem.db`;
  const { stdout } = await runScript("bare_apply.ts", [source, target], { signal });
  await Deno.remove(target);
  return Number(stdout);
}
