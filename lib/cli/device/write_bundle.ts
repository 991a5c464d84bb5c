/** Writing a support bundle of this device. */
import type { ResolvedSettings } from "../../config/resolve.ts";
import { SETTINGS } from "../../config/schema.ts";
import { lookAtDaemon } from "../../daemon/facts.ts";
import { encodeBundle } from "../../doctor/bundle.ts";
import type { Opened } from "../../doctor/device_checks.ts";
import type { DoctorReport } from "../../doctor/report.ts";
import { CodememError, toCodememError } from "../../errors.ts";
import { writePrivateFile } from "../../files/private_file.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { Store } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { absolutePath } from "./device_files.ts";
import { ownStatus } from "./own_status.ts";
import { describeVersion } from "../version.ts";

const ATTEMPTS = 200;
const LINES = 300;
const TAIL_BYTES = 256 * 1024;

/** What a bundle is made of besides what stands on the disk. */
export interface BundleSources {
  readonly store: Opened<Store>;
  readonly resolved: Pick<ResolvedSettings, "settings" | "sources">;
  readonly report: DoctorReport;
}

/**
 * Requires that a bundle can be written to a file, before the work is done.
 *
 * @returns the file's whole path
 * @throws invalid_input where there is one already
 */
export async function requireBundleRoom(path: string): Promise<string> {
  const whole = absolutePath(path);
  try {
    await Deno.lstat(whole);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return whole;
    throw unwritable(whole, error);
  }
  throw bundleExists(whole);
}

/** Writes the bundle, for its owner alone. @throws invalid_input where there is such a file by now; io_failed */
export async function writeBundle(
  path: string,
  context: CommandContext,
  { store, resolved, report }: BundleSources,
): Promise<void> {
  const { paths, build, env, nowMs } = context;
  const isThere = store !== null && !(store instanceof CodememError);
  const text = encodeBundle({
    madeAt: formatTimestamp(nowMs()),
    version: await describeVersion(build),
    settings: settingsPart(resolved),
    status: isThere ? await statusOf(context, store, resolved) : store,
    attempts: isThere ? store.attempts.list({ limit: ATTEMPTS }) : [],
    log: await lastLines(`${paths.logs}/codemem.log`),
    stderr: await lastLines(paths.stderr),
    report,
    homeFolder: env.HOME,
  });
  let isWritten: boolean;
  try {
    isWritten = writePrivateFile(path, text, { replace: false });
  } catch (error) {
    throw error instanceof CodememError ? error : unwritable(path, error);
  }
  if (!isWritten) throw bundleExists(path);
}

async function statusOf(
  context: CommandContext,
  store: Store,
  { settings }: BundleSources["resolved"],
) {
  try {
    const sight = await lookAtDaemon(context.paths);
    const daemon = sight.state === "running" ? sight.facts : undefined;
    return await ownStatus(context, store, { settings, sight, daemon });
  } catch (error) {
    return toCodememError(error);
  }
}

function settingsPart({ settings, sources }: BundleSources["resolved"]): Record<string, unknown> {
  return Object.fromEntries(
    SETTINGS.map(({ name, key }) => [name, { value: settings[key], from: sources[name] }]),
  );
}

async function lastLines(path: string): Promise<string[]> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    await file.seek(Math.max(0, size - TAIL_BYTES), Deno.SeekMode.Start);
    const bytes = new Uint8Array(TAIL_BYTES);
    const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
    return text.split("\n").filter((line) => line.trim() !== "").slice(-LINES);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    // No line of a log: it is counted among those that are left out.
    if (error instanceof Error) return ["it cannot be read"];
    throw error;
  }
}

function bundleExists(path: string): CodememError {
  return new CodememError("invalid_input", `The file ${path} already exists`, {
    hint: "Name another file for the bundle",
  });
}

function unwritable(path: string, cause: unknown): CodememError {
  return new CodememError("io_failed", `Cannot write the bundle ${path}`, {
    hint: "Name a file in a folder that you may write to",
    cause,
  });
}
