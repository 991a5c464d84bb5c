/** What a running daemon says of itself, for the commands of the same device. */
import { isJsonObject } from "../model/canonical_json.ts";
import type { DiscoveryFact, FaultFact, ListenerFact } from "../model/listener.ts";
import { isLocked } from "./lock.ts";

/** The facts of a daemon. */
export interface DaemonFacts {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly viewer: { readonly host: string; readonly port: number };
  readonly listeners: readonly ListenerFact[];
  readonly mdns: DiscoveryFact;
  /** Why sync does not run although it is enabled. */
  readonly syncError: string | null;
  /** What went wrong last since it was started. */
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
    sync_error: facts.syncError,
    fault: facts.fault,
  });
  return `${text}\n`;
}

/** The facts of the daemon that runs now; `undefined` where none does, whatever the file says. */
export async function readFacts(
  paths: { readonly lock: string; readonly daemonFacts: string },
): Promise<DaemonFacts | undefined> {
  if (!await isLocked(paths.lock)) return undefined;
  try {
    return decodeFacts(JSON.parse(await Deno.readTextFile(paths.daemonFacts)));
  } catch (error) {
    // The daemon has only just started, or is only just ending.
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const NO_MDNS = { enabled: false, active: false, error: null };

function decodeFacts(value: unknown): DaemonFacts | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.viewer)) return undefined;
  return {
    pid: Number(value.pid),
    version: String(value.version),
    startedAt: String(value.started_at),
    viewer: { host: String(value.viewer.host), port: Number(value.viewer.port) },
    listeners: (Array.isArray(value.listeners) ? value.listeners : []) as unknown as ListenerFact[],
    mdns: (value.mdns ?? NO_MDNS) as unknown as DiscoveryFact,
    syncError: typeof value.sync_error === "string" ? value.sync_error : null,
    fault: (value.fault ?? null) as unknown as FaultFact | null,
  };
}
