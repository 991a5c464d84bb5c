import { EXIT, worstExit } from "../../errors.ts";
import { logLegacyRows } from "../../daemon/housekeeping.ts";
import type { PassProgress } from "../../sync/pass.ts";
import { type SyncOutcome, syncPeer } from "../../sync/sync_peer.ts";
import { defineCommand } from "../command.ts";
import type { Output } from "../output.ts";
import { lookForPeers } from "../look_for_peers.ts";
import { namedPeers, openSyncTools, PEERS_ARGUMENT } from "../sync_tools.ts";

/** A clock that is off by more than this is worth a word. */
const CLOCK_WARNING_MS = 30_000;

/** Runs one pass with each peer and waits for its end. */
export const command = defineCommand({
  arguments: [PEERS_ARGUMENT],
  async run({ words, json }, context) {
    const { output, signal } = context;
    const tools = await openSyncTools(context);
    const peers = namedPeers(tools.store, words);
    await logLegacyRows(tools.store, signal);
    const discovered = await lookForPeers(tools, peers, signal);
    const outcomes: SyncOutcome[] = [];
    for (const peer of peers) {
      const onProgress = (progress: PassProgress) =>
        output.progress(`${peer.name}: ${progressLine(progress)}`);
      const outcome = await syncPeer(tools.context, peer, {
        discovered: discovered(peer.deviceId),
        signal,
        onProgress,
      });
      output.endProgress();
      signal.throwIfAborted();
      if (!json) show(outcome, output);
      warnOfClock(outcome, output);
      outcomes.push(outcome);
    }
    if (json) output.json({ peers: outcomes.map(outcomeJson) });
    // A peer's delete is not done before its text has left the file.
    tools.store.scrub();
    return exitCode(outcomes);
  },
});

/** Two devices that differ after a pass are no success, whatever went well on the way. */
function exitCode(outcomes: readonly SyncOutcome[]): number {
  const failure = worstExit(outcomes.map(({ error }) => error));
  if (failure !== EXIT.ok) return failure;
  return outcomes.every(({ result }) => result?.identical === true) ? EXIT.ok : EXIT.failed;
}

function progressLine({ phase, ops, total }: PassProgress): string {
  const count = total === null ? `${ops}` : `${ops} of ${Math.max(ops, total)}`;
  return phase === "pull" ? `received ${count}` : `sent ${count}`;
}

function show({ peer, attempt, result, error }: SyncOutcome, output: Output): void {
  if (error !== undefined) {
    output.error(error, false);
    return;
  }
  const moved = `received ${attempt.pulled}, sent ${attempt.pushed}`;
  if (result?.identical === true) {
    output.line(`${peer.name}: identical (${moved})`);
    return;
  }
  output.line(`${peer.name}: not identical yet (${moved})`);
  if (attempt.quarantined > 0) output.line(`  ${attempt.quarantined} ops could not be applied`);
  for (const id of result?.divergent ?? []) output.line(`  differs: ${id}`);
}

function warnOfClock({ peer, clockOffsetMs }: SyncOutcome, output: Output): void {
  if (Math.abs(clockOffsetMs) <= CLOCK_WARNING_MS) return;
  const direction = clockOffsetMs > 0 ? "ahead of" : "behind";
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1_000);
  output.warn(`the clock of ${peer.name} is ${seconds} s ${direction} this one`);
}

function outcomeJson({ peer, attempt, result, error }: SyncOutcome) {
  return {
    peer_device_id: peer.deviceId,
    name: peer.name,
    ok: attempt.ok,
    identical: result?.identical ?? false,
    pulled: attempt.pulled,
    pushed: attempt.pushed,
    quarantined: attempt.quarantined,
    behind: result?.behind ?? null,
    divergent: result?.divergent ?? [],
    address: attempt.address,
    error: error?.code ?? null,
    message: error?.message ?? null,
  };
}
