/** What a running daemon says of itself, for the commands of the same device. */
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import type { ListenerFact } from "../model/listener.ts";
import { parseJsonObject } from "./json_object.ts";
import { namedHolder } from "./lock.ts";

/** The facts of a daemon. */
export interface DaemonFacts {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly viewer: { readonly host: string; readonly port: number };
  readonly listeners: readonly ListenerFact[];
  /** Why sync does not run although it is enabled. */
  readonly syncError: string | null;
  /** Whether the system runs it as a service. */
  readonly asService: boolean;
  /** What broke last without ending it. */
  readonly lastFault: Fault | null;
}

/** Something that broke, and that the daemon has outlived. */
export interface Fault {
  /** Canonical. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** Writes the facts, all at once. */
export async function writeFacts(path: string, facts: DaemonFacts): Promise<void> {
  const text = JSON.stringify({
    pid: facts.pid,
    version: facts.version,
    started_at: facts.startedAt,
    viewer: facts.viewer,
    listeners: facts.listeners,
    sync_error: facts.syncError,
    as_service: facts.asService,
    last_fault: facts.lastFault,
  });
  await Deno.writeTextFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

/**
 * The facts of the daemon that runs now; `undefined` where none does, or where what stands in the file
 * was left there by an earlier one.
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
    // The daemon has only just started, or is only just ending.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Takes the facts away; the lock says the same to those who ask. */
export async function removeFacts(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function decodeFacts(value: JsonObject | undefined): DaemonFacts | undefined {
  if (!isJsonObject(value?.viewer)) return undefined;
  return {
    pid: Number(value.pid),
    version: String(value.version),
    startedAt: String(value.started_at),
    viewer: { host: String(value.viewer.host), port: Number(value.viewer.port) },
    listeners: (Array.isArray(value.listeners) ? value.listeners : []) as unknown as ListenerFact[],
    syncError: typeof value.sync_error === "string" ? value.sync_error : null,
    asService: value.as_service === true,
    lastFault: isJsonObject(value.last_fault) ? value.last_fault as unknown as Fault : null,
  };
}
