import { MEND_DATABASE } from "../../model/mend_database.ts";
import { CodememError, EXIT, toCodememError, worstExit } from "../../errors.ts";
import { digestsEqual, formatDigestSum } from "../../model/digest.ts";
import type { PeerStatus } from "../../protocol/status.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import { dial, type DialOptions } from "../../sync/ask/dial.ts";
import { defineCommand } from "../command.ts";
import { counted } from "../../model/counted.ts";
import type { Output } from "../output/output.ts";
import { PeerSearch } from "../device/peer_search.ts";
import { peerNames } from "../../model/peer_names.ts";
import { namedPeers, openSyncTools, PEERS_ARGUMENT, type SyncTools } from "../device/sync_tools.ts";

/** What comparing with one peer has found. */
type Comparison =
  | { readonly peer: Peer; readonly status: PeerStatus; readonly equal: boolean }
  | { readonly peer: Peer; readonly error: CodememError };

/** Recomputes the digest of this store and compares it with that of each peer. */
export const command = defineCommand({
  arguments: [PEERS_ARGUMENT],
  details: "Recomputes the digest of the memories here, asks each peer for its own, and compares.",
  async run({ words, json }, context) {
    const { output, signal } = context;
    const tools = await openSyncTools(context);
    requireSound(tools.store);
    const peers = namedPeers(tools.store, words);
    await using look = await PeerSearch.begin(tools, peers, signal);
    const found = await Promise.all(peers.map((peer) => {
      const discovered = look.addressesOf(peer.deviceId);
      return compare(tools, peer, { discovered, signal });
    }));
    const { digest } = tools.store.log.snapshot();
    const own = digestJson(digest);
    if (json) output.json({ equal: found.every(isEqual), own, peers: found.map(comparisonJson) });
    else show(found, own.digest, { names: peerNames(tools.store.peers.list()), output });
    const failures = worstExit(found.map((each) => "error" in each ? each.error : undefined));
    if (failures !== EXIT.ok) return failures;
    return found.every(isEqual) ? EXIT.ok : EXIT.failed;
  },
});

/** A digest that is not that of the rows would compare nothing. */
function requireSound(store: Store): void {
  const problems = store.integrityProblems();
  if (problems.length > 0) {
    throw new CodememError("database_corrupt", `The database is damaged: ${problems[0]}`, {
      hint: MEND_DATABASE,
    });
  }
  if (!store.digestHolds()) {
    throw new CodememError(
      "database_corrupt",
      "The digest is not that of the memories: something else has changed them",
      { hint: MEND_DATABASE },
    );
  }
}

async function compare(
  { context }: SyncTools,
  peer: Peer,
  options: DialOptions,
): Promise<Comparison> {
  try {
    const { session, status } = await dial(context, peer, options);
    session.close();
    const { digest } = context.store.log.snapshot();
    return { peer, status, equal: digestsEqual(digest, status.digest) };
  } catch (error) {
    return { peer, error: toCodememError(error) };
  }
}

function isEqual(comparison: Comparison): boolean {
  return "equal" in comparison && comparison.equal;
}

function digestJson({ live, tombstones, sum }: PeerStatus["digest"]) {
  return { live, tombstones, digest: formatDigestSum(sum) };
}

function comparisonJson(comparison: Comparison) {
  const { deviceId, name } = comparison.peer;
  const peer = { peer_device_id: deviceId, name, equal: isEqual(comparison) };
  return "error" in comparison
    ? { ...peer, error: comparison.error.code, message: comparison.error.message }
    : { ...peer, ...digestJson(comparison.status.digest) };
}

function show(
  found: readonly Comparison[],
  own: string,
  { names, output }: { readonly names: ReadonlyMap<string, string>; readonly output: Output },
): void {
  output.line(`this device: ${own}`);
  for (const comparison of found) {
    const { deviceId } = comparison.peer;
    const name = names.get(deviceId) ?? comparison.peer.name;
    if ("error" in comparison) output.error(comparison.error, false);
    else if (comparison.equal) {
      output.line(`${name}: identical (${counts(comparison.status)})`);
    } else {
      const { digest } = digestJson(comparison.status.digest);
      output.line(`${name}: DIFFERENT ${digest} (${counts(comparison.status)})`);
    }
  }
}

function counts({ digest: { live, tombstones } }: PeerStatus): string {
  return `${counted(live, "memory")}, ${tombstones} deleted`;
}
