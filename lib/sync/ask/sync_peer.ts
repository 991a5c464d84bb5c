/** One attempt at one peer, from the dial to the record of what became of it. */
import { CodememError, toCodememError } from "../../errors.ts";
import type { PeerState } from "../../model/peer.ts";
import { formatTimestamp, isRecent } from "../../model/timestamp.ts";
import type { Attempt } from "../../store/peers/attempts.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { SyncContext } from "../context.ts";
import { ANSWER_TIMEOUT_MS, KeptSession } from "./kept_session.ts";
import { type PassProgress, type PassResult, runPass } from "./pass.ts";
import type { PeerSession } from "./session.ts";
import { stateAfterFailure } from "./state_after.ts";

/** Within this time pairing is finished on both sides, or has failed on one. */
const PAIRING_MS = 10_000;

/** How an attempt ended. */
export interface SyncOutcome {
  readonly peer: Peer;
  readonly attempt: Attempt;
  /** What the pass did; absent where it failed. */
  readonly result?: PassResult;
  readonly error?: CodememError;
  /** Whether it was recorded: an attempt that says nothing new may not be. */
  readonly isRecorded: boolean;
  /** The peer's time minus ours. */
  readonly clockOffsetMs: number;
}

/** Options of {@link syncPeer}. */
export interface SyncPeerOptions {
  /** `host:port` each, where the peer was seen on the local network. */
  readonly discovered?: readonly string[];
  /** A session that is kept from pass to pass; without it, the session ends with the pass. */
  readonly kept?: KeptSession;
  /** Ops that came from the peer since the last pass, while this device waited at it. */
  readonly receivedBefore?: number;
  /** Whether the peer waits at this device, reachable from here or not. */
  readonly isWaitingHere?: () => boolean;
  /** Whether an attempt that says nothing new may go unrecorded: see `Attempts.record`. */
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
  const ended = await tryPass(context, peer, options);
  const { progress, result, error } = ended;
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
  const isRecorded = await record(context, attempt, { ended, options });
  return { peer, attempt, result, error, isRecorded, clockOffsetMs: progress.clockOffsetMs };
}

/** How a pass ended. */
interface Ended {
  readonly progress: Progress;
  /** Absent where it failed. */
  readonly result?: PassResult;
  readonly error?: CodememError;
  /** Whether the failure says nothing about the peer: this side has ended it, or both are still pairing. */
  readonly isPassing: boolean;
}

/** How far an attempt has come: where, and by which key, it has reached the peer. */
interface Progress {
  address: string | null;
  clockOffsetMs: number;
  fingerprint: string;
}

async function tryPass(
  context: SyncContext,
  peer: Peer,
  options: SyncPeerOptions,
): Promise<Ended> {
  const { clockOffsetMs, fingerprint } = peer;
  const progress: Progress = { address: null, clockOffsetMs, fingerprint };
  try {
    const result = await dialAndPass(context, peer, { ...options, progress });
    return { progress, result, isPassing: false };
  } catch (thrown) {
    const error = options.signal.aborted ? brokenOff(peer, thrown) : toCodememError(thrown);
    if (isStillPairing(peer, error, context.nowMs())) {
      return { progress, error: notPairedYet(peer, error), isPassing: true };
    }
    return { progress, error, isPassing: error.code === "interrupted" };
  }
}

/** @returns whether it was written */
async function record(
  { store }: SyncContext,
  attempt: Attempt,
  { ended, options }: { readonly ended: Ended; readonly options: SyncPeerOptions },
): Promise<boolean> {
  const { progress, result, error, isPassing } = ended;
  if (isPassing) return false;
  const standing = {
    fingerprint: progress.fingerprint,
    state: error === undefined
      ? stateAfter(result)
      : stateAfterError(error, store.peers.find(attempt.peerDeviceId), options),
    identical: result?.identical ?? false,
    behind: result?.behind,
  };
  const { quiet } = options;
  return await store.whenFree(() => store.attempts.record(attempt, standing, { quiet }));
}

/** The inviter pins the acceptor a moment before the acceptor pins it. */
function isStillPairing(peer: Peer, error: CodememError, nowMs: number): boolean {
  return error.code === "unknown_peer" && peer.lastSyncAt === null &&
    isRecent(peer.pairedAt, nowMs, PAIRING_MS);
}

function notPairedYet({ name }: Peer, cause: unknown): CodememError {
  return new CodememError("busy", `${name} is not done with the pairing yet`, {
    hint: "The next attempt follows by itself",
    cause,
  });
}

/** The error of an attempt that this side has ended, whatever it failed with. */
function brokenOff({ name }: Peer, cause: unknown): CodememError {
  if (cause instanceof CodememError && cause.code === "interrupted") return cause;
  return new CodememError("interrupted", `The attempt to sync with ${name} was ended`, { cause });
}

async function dialAndPass(
  context: SyncContext,
  peer: Peer,
  options: SyncPeerOptions & { readonly progress: Progress },
): Promise<PassResult> {
  const { progress, onProgress, isWaitingHere, signal, kept = new KeptSession() } = options;
  let isSound = false;
  try {
    const reached = await kept.reach(context, peer, options);
    const { session, status, fingerprint } = reached;
    progress.address = reached.address;
    progress.clockOffsetMs = reached.clockOffsetMs;
    progress.fingerprint = fingerprint;
    const pinned = { ...peer, fingerprint };
    const result = await runPass(context, {
      ...{ session, peer: pinned, status, isWaitingHere, signal, onProgress },
    });
    isSound = true;
    if (options.kept === undefined && result.pulled > 0) await tellOfArrival(session);
    return result;
  } finally {
    if (options.kept === undefined || !isSound) kept.close();
  }
}

/**
 * What came in is acknowledged by the next question, and nobody asks one in a session that ends with the
 * pass: until then the peer would take it for still to be sent.
 */
async function tellOfArrival(session: PeerSession): Promise<void> {
  await session.status(ANSWER_TIMEOUT_MS).catch(() => {});
}

/** A peer that cannot be dialled may still call by itself: then its state stays. */
function stateAfterError(
  { consequence }: CodememError,
  peer: Peer | undefined,
  { isWaitingHere }: SyncPeerOptions,
): PeerState {
  const state = stateAfterFailure(consequence);
  const isCalling = state === "offline" && isWaitingHere?.() === true;
  return isCalling ? peer?.state ?? state : state;
}

/** A difference that remains after a complete pass is an error, not a success. */
function stateAfter(result: PassResult | undefined): PeerState {
  if (result?.identical === true) return "ok";
  // If no memory is known to differ, both sides were only still changing.
  return result?.divergent.length === 0 ? "syncing" : "error";
}
