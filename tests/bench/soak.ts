/**
 * Two devices for as long as one likes: writes on both, restarts, and where a lab can be made, links
 * that come and go. Prints a JSON line for each device twice a minute, and one at the end, which says
 * whether both hold the same; the exit code says so, too. Not a part of the suite.
 *
 *   deno task soak MINUTES
 */
import { Database } from "../../lib/store/database.ts";
import type { Home, Running } from "../support/devices/home.ts";
import { pause } from "../../lib/time/pause.ts";
import { LabHome } from "../support/lab/lab_home.ts";
import { makeLoopbackHome, pairHomes } from "../support/devices/loopback_home.ts";
import { HAS_LAB, makeLan } from "../support/lab/network_lab.ts";
import { openHome, serve } from "./devices.ts";
import { benchMemories } from "./memories.ts";
import { memoryKb } from "./process_memory.ts";
import { total, type WakeUps, wakeUps, wokenBetween } from "./wake_ups.ts";

const SAMPLE_MS = 30_000;
const WRITE_MS = 2_000;
const RESTART_MS = 4 * 60_000;
const FLAP_MS = 3 * 60_000;
const LINK_DOWN_MS = 20_000;
const CONVERGED_WITHIN_MS = 60_000;
const TABLES = [
  "memories",
  "replication_ops",
  "sync_attempts",
  "sync_nonces",
  "sync_quarantine",
];

/** Where the two devices are. */
interface Site extends AsyncDisposable {
  readonly homes: readonly [Home, Home];
  /** Takes the second one's network away for a while. */
  readonly flap?: () => Promise<void>;
}

/** One device under observation. */
class Watched implements AsyncDisposable {
  readonly home: Home;
  readonly #database: Database;
  #serving: Running;
  #restarting: Promise<void> = Promise.resolve();
  #counted: { readonly wakeUps: WakeUps; readonly atMs: number };

  private constructor(home: Home, serving: Running) {
    this.home = home;
    this.#serving = serving;
    this.#database = new Database(home.path("codemem.db"));
    this.#counted = { wakeUps: wakeUps(serving.pid), atMs: performance.now() };
  }

  static async start(home: Home): Promise<Watched> {
    return new Watched(home, await serve(home));
  }

  restart(): Promise<void> {
    return this.#restarting = this.#restart();
  }

  /** What the process and its database have grown to. */
  async sample() {
    // A process that is ending has nothing left to look at.
    await this.#restarting;
    const { pid } = this.#serving;
    const counted = { wakeUps: wakeUps(pid), atMs: performance.now() };
    const minutes = (counted.atMs - this.#counted.atMs) / 60_000;
    const woken = total(wokenBetween(this.#counted.wakeUps, counted.wakeUps));
    this.#counted = counted;
    const bytes = async (name: string) => (await Deno.stat(this.home.path(name))).size;
    return {
      memory_kib: memoryKb(pid),
      file_handles: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
      threads: counted.wakeUps.size,
      wakeups_per_min: Math.round(woken / minutes),
      database_bytes: await bytes("codemem.db"),
      wal_bytes: await bytes("codemem.db-wal"),
      rows: Object.fromEntries(TABLES.map((table) => [table, this.#rows(table)])),
    };
  }

  async #restart(): Promise<void> {
    await this.#serving.stop();
    this.#serving = await serve(this.home);
    this.#counted = { wakeUps: wakeUps(this.#serving.pid), atMs: performance.now() };
  }

  #rows(table: string): number {
    return this.#database.get(`SELECT count(*) AS rows FROM ${table}`)!.rows as number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
    await this.#serving.stop();
  }
}

async function main(minutes: number): Promise<number> {
  const startedMs = performance.now();
  const elapsedS = () => Math.round((performance.now() - startedMs) / 1_000);
  const ended = Promise.race([pause(minutes * 60_000), interrupted()]);
  await using site = HAS_LAB ? await labSite() : await loopbackSite();
  const [one, other] = site.homes;
  await using first = await Watched.start(one);
  await pairHomes(one, other);
  await using second = await Watched.start(other);
  const devices = [first, second];

  const every = async (intervalMs: number, work: () => Promise<void>) => {
    const isTime = () =>
      Promise.race([ended.then(() => false), pause(intervalMs).then(() => true)]);
    while (await isTime()) await work();
  };
  let turn = 0;
  await Promise.all([
    every(WRITE_MS, () => write(devices[turn++ % 2]!.home, turn)),
    every(RESTART_MS, () => devices[turn % 2]!.restart()),
    every(FLAP_MS, async () => await site.flap?.()),
    every(SAMPLE_MS, async () => {
      for (const [device, watched] of devices.entries()) {
        console.log(JSON.stringify({ at_s: elapsedS(), device, ...await watched.sample() }));
      }
    }),
  ]);
  const converged = await converge(one, other);
  console.log(JSON.stringify({ at_s: elapsedS(), converged }));
  return converged ? 0 : 1;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, resolve);
  });
}

/** Mostly new memories; now and then one is changed or forgotten. */
async function write(home: Home, turn: number): Promise<void> {
  using store = await openHome(home);
  const [content] = benchMemories(1);
  const { id } = store.memories.remember({ ...content!, title: `soak ${turn}` });
  if (turn % 5 === 0) store.memories.edit(id, { body: "changed" });
  if (turn % 7 === 0) store.memories.forget([id]);
}

/** Waits until both hold the same. */
async function converge(one: Home, other: Home): Promise<boolean> {
  using ones = await openHome(one);
  using others = await openHome(other);
  const endMs = performance.now() + CONVERGED_WITHIN_MS;
  const sums = () => [ones, others].map((store) => store.log.snapshot().digest.sum);
  for (;;) {
    const [left, right] = sums();
    if (left === right) return true;
    if (performance.now() > endMs) return false;
    await pause(100);
  }
}

async function labSite(): Promise<Site> {
  const lan = await makeLan("soak", ["alice", "bob"]);
  const homes = [await LabHome.on(lan.hosts.alice), await LabHome.on(lan.hosts.bob)] as const;
  return {
    homes,
    async flap() {
      await lan.hosts.bob.setLink("down");
      await pause(LINK_DOWN_MS);
      await lan.hosts.bob.setLink("up");
    },
    async [Symbol.asyncDispose]() {
      for (const home of homes) await home[Symbol.asyncDispose]();
      await lan[Symbol.asyncDispose]();
    },
  };
}

async function loopbackSite(): Promise<Site> {
  const folder = await Deno.makeTempDir({ prefix: "codemem-soak-" });
  const homes = [
    await makeLoopbackHome(`${folder}/one`, "one"),
    await makeLoopbackHome(`${folder}/other`, "other"),
  ] as const;
  return { homes, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

if (import.meta.main) {
  const minutes = Number(Deno.args[0]);
  if (!(minutes > 0)) {
    console.error("Usage: deno task soak MINUTES");
    Deno.exit(2);
  }
  Deno.exit(await main(minutes));
}
