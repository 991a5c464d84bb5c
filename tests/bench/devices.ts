/** Two paired devices in a temporary folder, of which one holds memories and the other none. */
import { resolvePaths } from "../../lib/config/paths.ts";
import { openDeviceStore } from "../../lib/cli/device/open_device_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { Home, type HomeOptions } from "../support/devices/home.ts";
import { makeLoopbackHome, pairHomes } from "../support/devices/loopback_home.ts";
import { benchMemories } from "./memories.ts";

/** What the benchmarks work with: the two devices, each as it is after pairing and before any pass. */
export interface Bench {
  readonly full: Home;
  readonly empty: Home;
  /** How many the full one holds. */
  readonly memories: number;
  /** How many writes are followed to the other device. */
  readonly writes: number;
  /** How long an idle device is watched. */
  readonly idleSeconds: number;
  /** For further files. */
  readonly folder: string;
  /** Ends what runs. */
  readonly signal: AbortSignal;
}

/** Makes the devices in `folder`. */
export async function makeBench(parts: Omit<Bench, "full" | "empty">): Promise<Bench> {
  const { memories, folder, signal } = parts;
  const full = await makeLoopbackHome(`${folder}/full`, "full", signal);
  const empty = await makeLoopbackHome(`${folder}/empty`, "empty", signal);
  {
    await using _serve = await serve(full);
    await pairHomes(full, empty);
  }
  using store = await openHome(full);
  store.transaction(() => {
    for (const content of benchMemories(memories)) store.memories.remember(content);
  });
  for (const home of [full, empty]) await copyFolder(home.folder, keptFolder(home));
  return { full, empty, ...parts };
}

/** Runs `serve` of a device. */
export async function serve(home: Home) {
  return await home.start(["serve"], /Sync: listening/);
}

/** Where a device is kept as it was when it was made. */
export function keptFolder(home: Home): string {
  return `${home.folder}.kept`;
}

/**
 * Makes both devices again what they were when they were made; nothing of them may run. Both, because one
 * that has met the other later would take it for a copy of itself.
 */
export async function resetDevices({ full, empty }: Pick<Bench, "full" | "empty">): Promise<void> {
  for (const home of [full, empty]) {
    await Deno.remove(home.folder, { recursive: true });
    await copyFolder(keptFolder(home), home.folder);
  }
}

/** Another home with all that is in this one: it may be written to, and never syncs. */
export async function copyHome(home: Home, folder: string, options: HomeOptions): Promise<Home> {
  await copyFolder(home.folder, folder);
  return new Home(folder, options);
}

/** The store of a device, in this process. */
export async function openHome(home: Home): Promise<Store & Disposable> {
  const store = await openDeviceStore(
    resolvePaths({ CODEMEM_HOME: home.folder }),
    Date.now,
  );
  return Object.assign(store, { [Symbol.dispose]: () => store.close() });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { mode: 0o700 });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
