/** Walks the way to a peer at one address, as far as it goes. */
import { CodememError, toCodememError } from "../errors.ts";
import { type Address, formatAddress } from "../model/address.ts";
import { type Digest, digestsEqual } from "../model/digest.ts";
import type { PeerState } from "../model/peer.ts";
import type { PeerStatus } from "../protocol/status.ts";
import type { ConnectTarget, Network, PeerConnection, SyncContext } from "../sync/context.ts";
import { type DialedPeer, reach } from "../sync/ask/dial.ts";
import { judgeClock } from "./clock.ts";
import { failedWith, type Judgement, ok, warning } from "./finding.ts";
import type { InterfaceNetwork } from "./local_network.ts";
import { hintFor } from "./stage_hint.ts";
import { type Stage, type StageResult, StageWatch } from "./stages.ts";

/** For one address, from the name to the digest. */
const PROBE_TIMEOUT_MS = 6_000;

/** What a probe works with. Nothing is written to the store of its context. */
export interface ProbeTools {
  readonly context: SyncContext;
  readonly signal: AbortSignal;
  /** A clock that nobody sets. */
  readonly monotonicMs: () => number;
  readonly os: typeof Deno.build.os;
  /** Of this machine. */
  readonly interfaces: readonly InterfaceNetwork[];
}

/** How far an attempt came. */
export interface AddressProbe {
  /** `host:port`. */
  readonly address: string;
  /** Those that were reached; all but the last are passed. */
  readonly stages: readonly StageResult[];
  /** How the peer's own attempts to reach this device ended last; null where it has not told. */
  readonly seesYou: PeerState | null;
}

/**
 * Connects, asks for the peer's status, and judges the answer; stops at the first stage that fails.
 *
 * @throws interrupted, and nothing else
 */
export async function probeAddress(
  peer: DialedPeer,
  address: Address,
  tools: ProbeTools,
): Promise<AddressProbe> {
  const watch = new StageWatch(tools.monotonicMs);
  const deadline = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const status = await ask(peer, address, { ...tools, watch, deadline });
  if (status !== undefined) judgeStatus(status, tools.context, { peerName: peer.name, watch });
  return {
    address: formatAddress(address),
    stages: watch.results,
    seesYou: status?.seesYou ?? null,
  };
}

/** @returns `undefined` where a stage has failed */
async function ask(
  peer: DialedPeer,
  address: Address,
  tools: ProbeTools & { readonly watch: StageWatch; readonly deadline: AbortSignal },
): Promise<PeerStatus | undefined> {
  const { context, watch, deadline } = tools;
  const signal = AbortSignal.any([tools.signal, deadline]);
  const network = watchedNetwork(context.network, watch);
  try {
    const { session, status } = await reach({ ...context, network }, peer, {
      ...{ address, attemptSignal: signal, sessionSignal: signal },
    });
    session.close();
    return status;
  } catch (thrown) {
    tools.signal.throwIfAborted();
    const error = deadline.aborted ? tooSlow(address) : toCodememError(thrown);
    const stage = failedStage(watch, error);
    const hint = hintFor(stage, error, { ...tools, peerName: peer.name, address });
    watch.end(stage, { ...failedWith(error), hint }, error);
    return undefined;
  }
}

/** The network, as it is; the watch is told of what has been passed. */
function watchedNetwork(network: Network, watch: StageWatch): Network {
  const onStage: ConnectTarget["onStage"] = (begun) =>
    watch.end(begun === "tcp" ? "resolve" : "tcp", ok("passed"));
  return {
    learnCertificate: (target) => network.learnCertificate({ ...target, onStage }),
    async connect(target) {
      const connection = await network.connect({ ...target, onStage });
      watch.end("tls", ok("the pinned key is proven"));
      return watchedConnection(connection, watch);
    },
  };
}

function watchedConnection(connection: PeerConnection, watch: StageWatch): PeerConnection {
  return {
    async request(request) {
      const response = await connection.request(request);
      if (response.status === 200) watch.end("signature", ok("accepted"));
      return response;
    },
    close: () => connection.close(),
  };
}

/** The first stage that was not passed. */
function failedStage(watch: StageWatch, { code }: CodememError): Stage {
  if (code === "clock_skew") return "clock";
  const before = (["resolve", "tcp", "tls"] as const).find((stage) => !watch.has(stage));
  if (before !== undefined) return before;
  const isAnswer = watch.has("signature") || code === "unsupported_protocol" ||
    code === "invalid_response";
  return isAnswer ? "protocol" : "signature";
}

function judgeStatus(
  status: PeerStatus,
  { store, nowMs }: SyncContext,
  { peerName, watch }: { readonly peerName: string; readonly watch: StageWatch },
): void {
  const clock = judgeClock(peerName, Date.parse(status.time) - nowMs());
  watch.end("clock", clock);
  if (clock.outcome === "failed") return;
  watch.end("protocol", ok(`sync protocol ${status.protocol}, codemem ${status.version}`));
  const { digest } = store.log.snapshot();
  watch.end("digest", judgeDigests(peerName, digest, status.digest));
}

/** Two devices that differ have not failed: it is what the next pass is for. */
function judgeDigests(peerName: string, own: Digest, theirs: Digest): Judgement {
  if (digestsEqual(own, theirs)) {
    return ok(`identical (${own.live} live, ${own.tombstones} deleted)`);
  }
  const counts = `live memories: ${own.live} here, ${theirs.live} there`;
  return warning(`not identical: ${counts}`, `Run \`codemem sync once\` to sync with ${peerName}`);
}

function tooSlow(address: Address): CodememError {
  return new CodememError(
    "timed_out",
    `Cannot reach ${formatAddress(address)}: no answer within ${PROBE_TIMEOUT_MS} ms`,
  );
}
