/**
 * The main job, shown with the real commands: two devices in a temporary folder pair, sync, change the
 * same memory, forget one and end up identical. Nothing is left behind.
 *
 *   deno task demo
 */
import { makeLoopbackHome, pairHomes } from "../tests/support/devices/loopback_home.ts";
import type { Home } from "../tests/support/devices/home.ts";
import { makeUpstreamSample } from "./make_upstream_sample.ts";

const MEMORIES = 500;

/** The two devices. */
interface Devices {
  readonly laptop: Home;
  readonly desktop: Home;
}

/** How a device stands, of `sync status --json`. */
interface Status {
  readonly digest: string;
  readonly live: number;
  readonly tombstones: number;
}

/** What one pass did, of `sync once --json`. */
interface Pass {
  readonly identical: boolean;
  readonly pulled: number;
  readonly pushed: number;
}

/** A memory as `--json` shows it. */
interface Shown {
  readonly id: string;
  readonly title: string;
  readonly deleted_at: string | null;
}

/** Says a line of what happens, with the seconds that have gone by. */
type Say = (line: string) => void;

/** A thing that is not as it should be. */
class Deviation extends Error {
  override readonly name = "Deviation";
}

/** Runs the demo in `folder`; throws where anything is not as it should be. */
async function runDemo(folder: string, signal: AbortSignal, say: Say): Promise<void> {
  const laptop = await makeLoopbackHome(`${folder}/laptop`, "laptop", signal);
  const desktop = await makeLoopbackHome(`${folder}/desktop`, "desktop", signal);
  const devices = { laptop, desktop };
  await importSample(laptop, `${folder}/mem.sqlite`, say);
  await using _serve = await laptop.start(["serve"], /Sync: listening/);
  say("laptop   serves");
  await pairHomes(laptop, desktop);
  say("both     paired with one command, each has pinned the other's key");
  await syncOnce(desktop, say);
  await changeBoth(devices, say);
  await compare(devices, say);
}

async function importSample(laptop: Home, path: string, say: Say): Promise<void> {
  makeUpstreamSample(path, {
    era: "typescript",
    memories: MEMORIES,
    deviceId: crypto.randomUUID(),
    seed: 1,
  });
  const { applied } = await laptop.json<{ applied: number }>("import", path);
  expect(applied >= MEMORIES, `only ${applied} of ${MEMORIES} memories were imported`);
  say(`laptop   imported ${applied} memories of an older codemem`);
}

/** The same memory is edited on both sides and another one forgotten on one; then they sync. */
async function changeBoth({ laptop, desktop }: Devices, say: Say): Promise<void> {
  const [edited, forgotten] = await desktop.json<Shown[]>("recent", "--limit", "2");
  await laptop.json("edit", edited!.id, "--title", "the laptop's title");
  say("laptop   edited a memory");
  await desktop.json("edit", edited!.id, "--title", "the desktop's title");
  say("desktop  edited the same one, later");
  await desktop.json("forget", forgotten!.id);
  say("desktop  forgot another one");
  await syncOnce(desktop, say);
  for (const device of [laptop, desktop]) {
    const { title } = await device.json<Shown>("show", edited!.id);
    expect(title === "the desktop's title", `the title is "${title}" and not the later one`);
    const gone = await device.json<Shown>("show", forgotten!.id);
    expect(gone.title === "" && gone.deleted_at !== null, "the forgotten memory is still there");
  }
  say("both     hold the later title, and not what was forgotten");
}

async function syncOnce(device: Home, say: Say): Promise<void> {
  const startedMs = performance.now();
  const { peers } = await device.json<{ peers: Pass[] }>("sync", "once");
  const elapsedMs = Math.round(performance.now() - startedMs);
  const { identical, pulled, pushed } = peers[0]!;
  expect(identical, "the devices are not identical after a pass");
  say(`desktop  synced: received ${pulled}, sent ${pushed}, in ${elapsedMs} ms`);
}

async function compare({ laptop, desktop }: Devices, say: Say): Promise<void> {
  const ours = await laptop.json<Status>("sync", "status");
  const theirs = await desktop.json<Status>("sync", "status");
  say(`laptop   ${describe(ours)}`);
  say(`desktop  ${describe(theirs)}`);
  expect(describe(ours) === describe(theirs), "the digests differ");
  expect(ours.tombstones > 0, "nothing is marked as forgotten");
  const { equal } = await desktop.json<{ equal: boolean }>("sync", "verify");
  expect(equal, "sync verify finds a difference");
  say("both     the digests are equal");
}

function describe({ digest, live, tombstones }: Status): string {
  return `${digest} (${live} memories, ${tombstones} forgotten)`;
}

function expect(holds: boolean, deviation: string): void {
  if (!holds) throw new Deviation(deviation);
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interruption.abort());
  }
  const startedMs = performance.now();
  const seconds = () => ((performance.now() - startedMs) / 1_000).toFixed(1);
  const folder = await Deno.makeTempDir({ prefix: "codemem-demo-" });
  try {
    await runDemo(folder, interruption.signal, (line) => console.log(`${seconds()} s  ${line}`));
    console.log(`Done in ${seconds()} s`);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    console.error(interruption.signal.aborted ? "Interrupted" : `The demo has failed: ${message}`);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
