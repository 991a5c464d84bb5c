/** What a running device says of itself, for people and for programs. */
import type { DaemonFacts } from "../../daemon/facts.ts";
import { formatAddress } from "../../model/address.ts";
import type { Output } from "./output.ts";
import type { StartedDaemon } from "../device/start_daemon.ts";

/** Where it listens, one line each. */
export function showListeners(facts: DaemonFacts, output: Output): void {
  const { viewer, listeners, syncError } = facts;
  output.line(`Viewer: http://${formatAddress(viewer)}`);
  for (const { address, port } of listeners.filter(({ listening }) => listening)) {
    output.line(`Sync: listening on ${formatAddress({ host: address, port })}`);
  }
  if (syncError !== null) return output.warn(`sync does not run: ${syncError.message}`);
  for (const each of listeners.filter(({ listening }) => !listening)) {
    output.warn(`sync does not listen on ${each.address}: ${each.error}`);
  }
  if (listeners.length === 0) output.line("Sync: disabled (`codemem sync enable`)");
}

/** The same as JSON. */
export function listenersJson({ viewer, pid, listeners, syncError }: DaemonFacts) {
  const address = `http://${formatAddress(viewer)}`;
  return { viewer: address, pid, listeners, sync_error: syncError?.message ?? null };
}

/** What became of a start. */
export function showStarted({ facts, started, service }: StartedDaemon, output: Output): void {
  const how = started ? "is running now" : "is already running";
  output.line(
    `codemem serve ${how}${service === null ? "" : ` through ${service}`}, pid ${facts.pid}`,
  );
  showListeners(facts, output);
}

/** The same as JSON. */
export function startedJson({ facts, started, service }: StartedDaemon) {
  return { state: "running", started, service, ...listenersJson(facts) };
}
