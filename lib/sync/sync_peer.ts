/** One attempt at one peer, from the dial to the record of what became of it. */
import { type CodememError, type Consequence, toCodememError } from "../errors.ts";
import type { PeerState } from "../model/peer.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import type { Attempt } from "../store/attempts.ts";
import type { Peer } from "../store/peers.ts";
import type { SyncContext } from "./context.ts";
import { dial } from "./dial.ts";
import { type PassProgress, type PassResult, runPass } from "./pass.ts";

/** How an attempt ended. */
export interface SyncOutcome {
  readonly peer: Peer;
  readonly attempt: Attempt;
  /** What the pass did; absent where it failed. */
  readonly result?: PassResult;
  readonly error?: CodememError;
  /** The peer's time minus ours. */
  readonly clockOffsetMs: number;
}

/** Options of {@link syncPeer}. */
export interface SyncPeerOptions {
  /** `host:port` where the peer was seen on the local network. */
  readonly discovered?: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PassProgress) => void;
}

/** Runs one pass with a peer and records it, whether it succeeds or not. */
export async function syncPeer(
  context: SyncContext,
  peer: Peer,
  options: SyncPeerOptions,
): Promise<SyncOutcome> {
  const startedAt = formatTimestamp(context.nowMs());
  const progress = { address: null as string | null, clockOffsetMs: peer.clockOffsetMs };
  let result: PassResult | undefined;
  let error: CodememError | undefined;
  try {
    result = await dialAndPass(context, peer, options, progress);
  } catch (thrown) {
    error = toCodememError(thrown);
  }
  const attempt: Attempt = {
    peerDeviceId: peer.deviceId,
    startedAt,
    finishedAt: formatTimestamp(context.nowMs()),
    ok: error === undefined,
    address: progress.address,
    errorCode: error?.code ?? null,
    error: error?.message ?? null,
    pulled: result?.pulled ?? 0,
    pushed: result?.pushed ?? 0,
    quarantined: result?.quarantined ?? 0,
  };
  // An attempt that this side broke off says nothing about the peer.
  if (error?.code !== "interrupted") {
    context.store.attempts.record(attempt, {
      fingerprint: peer.fingerprint,
      state: stateAfter(result, error),
      identical: result?.identical ?? false,
      behind: result?.behind,
    });
  }
  return { peer, attempt, result, error, clockOffsetMs: progress.clockOffsetMs };
}

async function dialAndPass(
  context: SyncContext,
  peer: Peer,
  options: SyncPeerOptions,
  progress: { address: string | null; clockOffsetMs: number },
): Promise<PassResult> {
  const { session, status, address, clockOffsetMs } = await dial(context, peer, options);
  progress.address = address;
  progress.clockOffsetMs = clockOffsetMs;
  try {
    return await runPass(context, { session, peer, status, onProgress: options.onProgress });
  } finally {
    session.close();
  }
}

const STATE_AFTER: Record<Consequence, PeerState> = {
  offline: "offline",
  untrusted: "auth_failed",
  incompatible: "incompatible",
  passing: "error",
  broken: "error",
};

/** A difference that a complete pass has left is a fault, not a success. */
function stateAfter(result: PassResult | undefined, error: CodememError | undefined): PeerState {
  if (error !== undefined) return STATE_AFTER[error.consequence];
  if (result?.identical === true) return "ok";
  // Without a memory that is known to differ, both sides were only still changing.
  return result?.divergent.length === 0 ? "syncing" : "error";
}
