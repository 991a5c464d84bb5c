import { EXIT, worstExit } from "../../errors.ts";
import { logLegacyRows } from "../../daemon/housekeeping.ts";
import { judgeClock } from "../../doctor/clock.ts";
import type { PassProgress } from "../../sync/ask/pass.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { type SyncOutcome, syncPeer, type SyncPeerOptions } from "../../sync/ask/sync_peer.ts";
import { defineCommand } from "../command.ts";
import { counted } from "../../model/counted.ts";
import type { Output } from "../output/output.ts";
import { PeerSearch } from "../device/peer_search.ts";
import { peerNames } from "../../model/peer_names.ts";
import { namedPeers, openSyncTools, PEERS_ARGUMENT, type SyncTools } from "../device/sync_tools.ts";

/** Runs one pass with each peer and waits for its end. */
export const command = defineCommand({
  arguments: [PEERS_ARGUMENT],
  async run({ words, json }, context) {
    const { output, signal } = context;
    const tools = await openSyncTools(context);
    const peers = namedPeers(tools.store, words);
    const names = peerNames(tools.store.peers.list());
    await logLegacyRows(tools.store, signal);
    await using look = await PeerSearch.begin(tools, peers, signal);
    const outcomes: SyncOutcome[] = [];
    for (const peer of peers) {
      const onProgress = (progress: PassProgress) =>
        output.progress(`${peer.name}: ${progressLine(progress)}`);
      const outcome = await syncWherever(peer, look, { tools, signal, onProgress });
      output.endProgress();
      signal.throwIfAborted();
      if (!json) show(outcome, names.get(peer.deviceId) ?? peer.name, output);
      warnOfClock(outcome, output);
      outcomes.push(outcome);
    }
    if (json) output.json({ peers: outcomes.map(outcomeJson) });
    // A peer's delete is not done before its text has left the file.
    tools.store.scrub();
    return exitCode(outcomes);
  },
});

/** A peer that answers at no address may be seen at another one only now. */
async function syncWherever(
  peer: Peer,
  look: PeerSearch,
  { tools, ...options }: Pick<SyncPeerOptions, "signal" | "onProgress"> & { tools: SyncTools },
): Promise<SyncOutcome> {
  const discovered = look.addressesOf(peer.deviceId);
  const outcome = await syncPeer(tools.context, peer, { ...options, discovered });
  if (outcome.error?.consequence !== "offline") return outcome;
  if (!await look.findsMore(peer, discovered)) return outcome;
  return await syncPeer(tools.context, peer, {
    ...options,
    discovered: look.addressesOf(peer.deviceId),
  });
}

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

function show({ attempt, result, error }: SyncOutcome, name: string, output: Output): void {
  if (error !== undefined) {
    output.line(`${name}: ${error.consequence === "offline" ? "offline" : "failed"}`);
    output.error(error, false);
    return;
  }
  const moved = `received ${attempt.pulled}, sent ${attempt.pushed}`;
  if (result?.identical === true) {
    output.line(`${name}: identical (${moved})`);
    return;
  }
  output.line(`${name}: not identical yet (${moved})`);
  if (attempt.quarantined > 0) {
    output.line(`  ${counted(attempt.quarantined, "op")} could not be applied`);
  }
  for (const id of result?.divergent ?? []) output.line(`  differs: ${id}`);
}

function warnOfClock({ peer, clockOffsetMs }: SyncOutcome, output: Output): void {
  const { outcome, detail } = judgeClock(peer.name, clockOffsetMs);
  if (outcome !== "ok") output.warn(detail);
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
