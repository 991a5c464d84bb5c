/** What a running daemon tells the commands of the same device about itself. */
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import { isErrorCode } from "../errors.ts";
import type { DiscoveryFact, FaultFact, ListenerFact, SyncFault } from "../model/listener.ts";
import { parseJsonObject } from "./json_object.ts";
import { poll } from "../time/poll.ts";
import { isLocked, namedHolder } from "./lock.ts";

/** The facts of a daemon. */
export interface DaemonFacts {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly viewer: { readonly host: string; readonly port: number };
  readonly listeners: readonly ListenerFact[];
  readonly mdns: DiscoveryFact;
  /** Of the key that sync runs with; null while it does not run. */
  readonly fingerprint: string | null;
  /** Why sync does not run although it is enabled. */
  readonly syncError: SyncFault | null;
  /** Whether the system runs it as a service. */
  readonly asService: boolean;
  /** The last failure since it was started; null if there was none. */
  readonly fault: FaultFact | null;
}

/** The text of the facts, as JSON on one line. */
export function encodeFacts(facts: DaemonFacts): string {
  const text = JSON.stringify({
    pid: facts.pid,
    version: facts.version,
    started_at: facts.startedAt,
    viewer: facts.viewer,
    listeners: facts.listeners,
    mdns: facts.mdns,
    fingerprint: facts.fingerprint,
    sync_error: facts.syncError,
    as_service: facts.asService,
    fault: facts.fault,
  });
  return `${text}\n`;
}

/**
 * The facts of the running daemon; `undefined` if none runs, or if the file was left by an earlier one.
 */
export async function readFacts(
  paths: { readonly lock: string; readonly daemonFacts: string },
): Promise<DaemonFacts | undefined> {
  const holder = await namedHolder(paths.lock);
  if (holder === undefined) return undefined;
  try {
    const facts = decodeFacts(parseJsonObject(await Deno.readTextFile(paths.daemonFacts)));
    return facts?.pid === holder.pid ? facts : undefined;
  } catch (error) {
    // The daemon has just started, or is just ending.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The state of a daemon as seen from outside. */
export type SeenDaemon =
  | { readonly state: "stopped" }
  | { readonly state: "running"; readonly facts: DaemonFacts }
  /** Some process holds the lock, but its facts are missing or damaged; its pid, if the lock file has it. */
  | { readonly state: "unreadable"; readonly pid: number | null };

/** Facts are written a moment after the lock was taken, and may be missing while they are replaced. */
const WRITING_MS = 500;

/** Finds out how the daemon of a device is, also if its facts cannot be read. */
export async function lookAtDaemon(
  paths: { readonly lock: string; readonly daemonFacts: string },
): Promise<SeenDaemon> {
  const look = async (): Promise<SeenDaemon | undefined> => {
    const facts = await readFacts(paths);
    if (facts !== undefined) return { state: "running", facts };
    return await isLocked(paths.lock) ? undefined : { state: "stopped" };
  };
  const seen = await poll(look, { timeoutMs: WRITING_MS });
  return seen ?? { state: "unreadable", pid: (await namedHolder(paths.lock))?.pid ?? null };
}

const NO_MDNS = { enabled: false, active: false, error: null };

function decodeFacts(value: JsonObject | undefined): DaemonFacts | undefined {
  if (!isJsonObject(value?.viewer)) return undefined;
  return {
    pid: Number(value.pid),
    version: String(value.version),
    startedAt: String(value.started_at),
    viewer: { host: String(value.viewer.host), port: Number(value.viewer.port) },
    listeners: (Array.isArray(value.listeners) ? value.listeners : []) as unknown as ListenerFact[],
    mdns: (value.mdns ?? NO_MDNS) as unknown as DiscoveryFact,
    fingerprint: typeof value.fingerprint === "string" ? value.fingerprint : null,
    syncError: decodeSyncFault(value.sync_error),
    asService: value.as_service === true,
    fault: (value.fault ?? null) as unknown as FaultFact | null,
  };
}

/** An earlier version that is still running tells only the message. */
function decodeSyncFault(value: unknown): SyncFault | null {
  if (typeof value === "string") return { code: "io_failed", message: value, hint: null };
  if (!isJsonObject(value) || typeof value.message !== "string") return null;
  const { code, message, hint } = value;
  return {
    code: isErrorCode(code) ? code : "io_failed",
    message,
    hint: typeof hint === "string" ? hint : null,
  };
}
