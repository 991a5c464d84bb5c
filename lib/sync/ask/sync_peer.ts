/** One attempt at one peer, from the dial to the record of what became of it. */
import { CodememError, toCodememError } from "../../errors.ts";
import type { PeerState } from "../../model/peer.ts";
import { formatTimestamp, isRecent } from "../../model/timestamp.ts";
import type { Attempt } from "../../store/peers/attempts.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { SyncContext } from "../context.ts";
import { KeptSession } from "./kept_session.ts";
import { type PassProgress, type PassResult, runPass } from "./pass.ts";
import { stateAfterFailure } from "./state_after.ts";

/** Pairing is done on both sides within this time, or has failed on one. */
const PAIRING_MS = 10_000;

/** How an attempt ended. */
export interface SyncOutcome {
  readonly peer: Peer;
  readonly attempt: Attempt;
  /** What the pass did; absent where it failed. */
  readonly result?: PassResult;
  readonly error?: CodememError;
  /** Whether it was recorded; one that says nothing new may not have been. */
  readonly isRecorded: boolean;
  /** The peer's time minus ours. */
  readonly clockOffsetMs: number;
}

/** Options of {@link syncPeer}. */
export interface SyncPeerOptions {
  /** `host:port` where the peer was seen on the local network. */
  readonly discovered?: readonly string[];
  /** The session to use, which is kept from pass to pass; without it one lasts for one pass. */
  readonly kept?: KeptSession;
  /** Ops that came from the peer since the last pass, while this device waited at it. */
  readonly receivedBefore?: number;
  /** Whether the peer waits at this device, reachable from here or not. */
  readonly isWaitingHere?: () => boolean;
  /** Whether a failure like the one before is worth no write: see `Attempts.record`. */
  readonly quiet?: boolean;
  /** Ends the attempt as long as the peer has not been reached. */
  readonly giveUp?: AbortSignal;
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
  const { clockOffsetMs, fingerprint } = peer;
  const progress: Progress = { address: null, clockOffsetMs, fingerprint };
  let result: PassResult | undefined;
  let error: CodememError | undefined;
  try {
    result = await dialAndPass(context, peer, options, progress);
  } catch (thrown) {
    error = options.signal.aborted ? brokenOff(peer, thrown) : toCodememError(thrown);
  }
  const isPairing = isStillPairing(peer, error, context.nowMs());
  if (isPairing) error = notPairedYet(peer, error);
  const attempt: Attempt = {
    peerDeviceId: peer.deviceId,
    startedAt,
    finishedAt: formatTimestamp(context.nowMs()),
    ok: error === undefined,
    address: progress.address,
    errorCode: error?.code ?? null,
    error: error?.message ?? null,
    pulled: (options.receivedBefore ?? 0) + (result?.pulled ?? 0),
    pushed: result?.pushed ?? 0,
    quarantined: result?.quarantined ?? 0,
  };
  // An attempt that this side broke off says nothing about the peer.
  const { store } = context;
  const standing = {
    fingerprint: progress.fingerprint,
    state: error === undefined
      ? stateAfter(result)
      : stateAfterError(context, peer, options, error),
    identical: result?.identical ?? false,
    behind: result?.behind,
  };
  const { quiet } = options;
  const isRecorded = error?.code !== "interrupted" && !isPairing &&
    await store.whenFree(() => store.attempts.record(attempt, standing, { quiet }));
  return { peer, attempt, result, error, isRecorded, clockOffsetMs: progress.clockOffsetMs };
}

/** Who has invited knows the other one a moment before it is known there. */
function isStillPairing(peer: Peer, error: CodememError | undefined, nowMs: number): boolean {
  return error?.code === "unknown_peer" && peer.lastSyncAt === null &&
    isRecent(peer.pairedAt, nowMs, PAIRING_MS);
}

function notPairedYet({ name }: Peer, cause: unknown): CodememError {
  return new CodememError("busy", `${name} is not done with the pairing yet`, {
    hint: "It is tried again by itself",
    cause,
  });
}

/** Whatever an attempt fails with that this side has ended. */
function brokenOff({ name }: Peer, cause: unknown): CodememError {
  if (cause instanceof CodememError && cause.code === "interrupted") return cause;
  return new CodememError("interrupted", `The attempt to sync with ${name} was ended`, { cause });
}

/** What is known so far of where and whom an attempt has reached. */
interface Progress {
  address: string | null;
  clockOffsetMs: number;
  fingerprint: string;
}

async function dialAndPass(
  context: SyncContext,
  peer: Peer,
  options: SyncPeerOptions,
  progress: Progress,
): Promise<PassResult> {
  const kept = options.kept ?? new KeptSession();
  let isSound = false;
  try {
    const reached = await kept.reach(context, peer, options);
    const { session, status, fingerprint } = reached;
    progress.address = reached.address;
    progress.clockOffsetMs = reached.clockOffsetMs;
    progress.fingerprint = fingerprint;
    const { onProgress, isWaitingHere, signal } = options;
    const pinned = { ...peer, fingerprint };
    const result = await runPass(context, {
      ...{ session, peer: pinned, status, isWaitingHere, signal, onProgress },
    });
    isSound = true;
    return result;
  } finally {
    if (options.kept === undefined || !isSound) kept.close();
  }
}

/** That a peer cannot be dialled says nothing of one that calls by itself. */
function stateAfterError(
  { store }: SyncContext,
  { deviceId }: Peer,
  { isWaitingHere }: SyncPeerOptions,
  { consequence }: CodememError,
): PeerState {
  const state = stateAfterFailure(consequence);
  const isCalling = state === "offline" && isWaitingHere?.() === true;
  return isCalling ? store.peers.find(deviceId)?.state ?? state : state;
}

/** A difference that a complete pass has left is a fault, not a success. */
function stateAfter(result: PassResult | undefined): PeerState {
  if (result?.identical === true) return "ok";
  // Without a memory that is known to differ, both sides were only still changing.
  return result?.divergent.length === 0 ? "syncing" : "error";
}
