/** The base: the bare runtime that `deno compile` puts in front of a program. */
import { resolve } from "node:path";
import { denoDir } from "../bundle/deno_dir.ts";
import { REGISTRY_BASE_DENO, registryBase } from "./registry_base.ts";
import type { Target } from "./targets.ts";

/** A base, and the Deno that compiles with it. Both must be of one version. */
export interface Base {
  /** In words, for the one who compiles. */
  readonly origin: string;
  /** The program and its first arguments. */
  readonly deno: readonly string[];
  /** Absent where that Deno fetches it by itself. */
  readonly path?: string;
}

/** Options of {@link findBase}. */
export interface FindBaseOptions {
  readonly target: Target;
  /** Whether nothing but Deno's own download will do. */
  readonly release: boolean;
  /** DENORT_BIN, a path. */
  readonly given: string | undefined;
  /** Where a base from npm is kept. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
}

const RUNNING = [Deno.execPath()];

/**
 * The base to compile with: the given one, else Deno's own download, else the one from npm.
 *
 * @throws {Error} where there is none, and where a release would be made of another than Deno's own
 */
export async function findBase(options: FindBaseOptions): Promise<Base> {
  const { target, release, given, cache, signal } = options;
  const { deno: version } = Deno.version;
  const own = { origin: `Deno's own download, ${version}`, deno: RUNNING };
  if (given !== undefined && release) {
    throw new Error("Cannot make a release with DENORT_BIN set: unset it");
  }
  if (given !== undefined) {
    const path = resolve(given);
    return { origin: `DENORT_BIN, ${path}`, deno: RUNNING, path };
  }
  if (release || await isDownloadAtHand(version, target)) return own;
  if (target !== "x86_64-unknown-linux-gnu") {
    throw new Error(`Cannot download the base for ${target}: set DENORT_BIN to one`);
  }
  return {
    origin: `npm, ${REGISTRY_BASE_DENO} (Deno's own download is out of reach; not for releases)`,
    deno: version === REGISTRY_BASE_DENO ? RUNNING : ["npx", "-y", `deno@${REGISTRY_BASE_DENO}`],
    path: await registryBase(cache, signal),
  };
}

const PATIENCE_MS = 10_000;

/** Whether Deno has the base already, or could fetch it. */
async function isDownloadAtHand(version: string, target: Target): Promise<boolean> {
  const name = `release/v${version}/denort-${target}.zip`;
  return await isFile(`${await denoDir()}/dl/${name}`) ||
    await answers(`https://dl.deno.land/${name}`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether the host is there and has it: any failure means that it cannot be had from here. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
