/** What a paired device does while there is nothing to do, against a program that only listens. */
import { type Home, Running } from "../support/devices/home.ts";
import { pause } from "../../lib/time/pause.ts";
import { LabHome } from "../support/lab/lab_home.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { HAS_LAB, makeLan } from "../support/lab/network_lab.ts";
import { type Bench, resetDevices, serve } from "./devices.ts";
import { compared, type Figure } from "./figure.ts";
import { total, wakeUps, wokenBetween } from "./wake_ups.ts";

/** Until what is only needed at the start has been done. */
const SETTLE_MS = 15_000;
const MINUTE_S = 60;
/** Wake-ups in a minute beyond those of a program that only listens. */
const MOST = 60;
const LISTENER = `Deno.listen({ port: 0, hostname: "127.0.0.1" }).accept();
console.log("listening");`;

/** Measures `serve` whose only peer is offline; beside it with mDNS, where a network can be made. */
export async function* idle(bench: Bench): AsyncGenerator<Figure> {
  if (Deno.build.os !== "linux") return;
  await resetDevices(bench);
  yield* measure("idle", bench.full, bench);
  if (!HAS_LAB) return;
  await using lan = await makeLan("idle", ["alice", "bob"]);
  await using alice = await LabHome.on(lan.hosts.alice);
  await using bob = await LabHome.on(lan.hosts.bob);
  {
    await using _serve = await bob.serve();
    await pairHomes(bob, alice);
  }
  yield* measure("idle_with_mdns", alice, bench);
}

async function* measure(
  name: string,
  home: Home,
  { idleSeconds, signal }: Bench,
): AsyncGenerator<Figure> {
  await using serving = await serve(home);
  await using listening = await startListener(signal);
  await pause(SETTLE_MS);
  const files = await filesOf(home);
  const before = [serving, listening].map(({ pid }) => wakeUps(pid));
  await pause(idleSeconds * 1_000);
  const after = [serving, listening].map(({ pid }) => wakeUps(pid));
  const [woken, bare] = after.map((counts, index) => wokenBetween(before[index]!, counts));
  const aMinute = (times: number) => times * MINUTE_S / idleSeconds;
  yield compared({
    figure: `${name}_wakeups`,
    value: aMinute(total(woken!) - total(bare!)),
    unit: "wake-ups/min",
    limit: MOST,
    goal: { atMost: 1 },
    how:
      "voluntary context switches of all threads of `serve` whose peer is offline, less those of " +
      "a program that only listens; limit: one a second",
    bare: aMinute(total(bare!)),
    threads: woken,
    seconds: idleSeconds,
  });
  const changed = await filesOf(home);
  const written = Object.keys(files).filter((file) => files[file] !== changed[file]);
  yield {
    figure: `${name}_database_writes`,
    value: written.length,
    unit: "files",
    goal: "= 0",
    met: written.length === 0,
    how: "of database and write-ahead log, those that changed in size or time meanwhile",
    files: written,
  };
}

async function startListener(signal: AbortSignal): Promise<Running> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["eval", LISTENER],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  });
  const running = new Running(command.spawn());
  await running.waitFor(/listening/);
  return running;
}

/** Size and time of each file that SQLite keeps. */
async function filesOf(home: Home): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for (const name of ["codemem.db", "codemem.db-wal"]) {
    const { size, mtime } = await Deno.stat(home.path(name));
    files[name] = `${size} ${mtime?.getTime()}`;
  }
  return files;
}
