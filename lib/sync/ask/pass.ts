/**
 * A pass: one exchange with a peer, until both hold the same memories or the difference is known.
 */
import { missingFrom } from "../../model/digest.ts";
import type { Pin } from "../../model/peer.ts";
import type { PeerStatus } from "../../protocol/status.ts";
import { isReconciliationDue } from "../../replication/reconciliation.ts";
import type { Snapshot } from "../../store/log/op_log.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { SyncContext } from "../context.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { reconcile } from "./reconcile.ts";
import type { PeerSession } from "./session.ts";
import { settle } from "../standing/settle.ts";
import { takeTurn } from "./take_turn.ts";

/** The progress of a pass, to be shown. */
export interface PassProgress {
  readonly phase: "pull" | "push";
  readonly ops: number;
  /** The expected number; null if it is not known. */
  readonly total: number | null;
}

/** How a pass ended. */
export interface PassResult {
  /** Both sides held the same memories at the end. */
  readonly identical: boolean;
  readonly pulled: number;
  readonly pushed: number;
  /** Ops that one of the two sides could not apply. */
  readonly quarantined: number;
  /** Memories known to be missing here. */
  readonly behind: number;
  /** Ids of memories that differ although everything was exchanged, up to a limit. */
  readonly divergent: readonly string[];
}

/** Options of {@link runPass}. */
export interface PassOptions {
  readonly session: Pick<PeerSession, "status" | "ops" | "push">;
  readonly peer: Pin & Pick<Peer, "reconciledAt">;
  /** What the peer answered when it was reached. */
  readonly status: PeerStatus;
  /** Whether the peer waits here, and so fetches new ops by itself. */
  readonly isWaitingHere?: (() => boolean) | undefined;
  /** Ends the wait for it to do so. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PassProgress) => void;
}

/** If both sides keep changing, a pass ends after this many rounds. */
const MAX_ROUNDS = 4;

/** Runs a pass over an open session. */
export async function runPass(context: SyncContext, options: PassOptions): Promise<PassResult> {
  const { session, peer } = options;
  const total = { pulled: 0, pushed: 0, quarantined: 0 };
  let status = options.status;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (await settleIfIdentical(context, peer, status)) return identical(total);
    if (round > 0 && nothingIsLeft(context, peer.deviceId, status)) {
      return await explainDifference(context, options, status, total);
    }
    await pullRest(context, options, status, total);
    // If only this side was behind, there is nothing to push.
    if (await settleIfIdentical(context, peer, status)) return identical(total);
    await pushRest(context, options, total);
    status = await session.status();
  }
  if (await settleIfIdentical(context, peer, status)) return identical(total);
  return { ...total, identical: false, behind: missingHere(context, status), divergent: [] };
}

/** Whether both logs have been exchanged to their ends, and no row is still without an op. */
function nothingIsLeft({ store }: SyncContext, peerDeviceId: string, status: PeerStatus): boolean {
  const { epoch, seq } = store.log.head();
  return store.countLegacy() === 0 && store.cursors.of(peerDeviceId).pulled === status.head &&
    store.cursors.pushedThrough(peerDeviceId, epoch) === seq;
}

type Totals = Pick<PassResult, "pulled" | "pushed" | "quarantined">;

function identical(total: Totals): PassResult {
  return { ...total, identical: true, behind: 0, divergent: [] };
}

type Tally = { -readonly [name in keyof Totals]: number };

async function pullRest(
  context: SyncContext,
  { session, peer, onProgress }: PassOptions,
  status: PeerStatus,
  total: Tally,
): Promise<void> {
  const { log, cursors } = context.store;
  const expected = expectedOps(log.snapshot(), status);
  const { received, quarantined } = await pull(context, {
    session,
    peer,
    since: cursors.of(peer.deviceId).pulled,
    takeTurn: () => takeTurn(context, session, peer),
    onProgress: (ops) => onProgress?.({ phase: "pull", ops, total: expected }),
  });
  total.pulled += received;
  total.quarantined += quarantined;
}

async function pushRest(
  context: SyncContext,
  { session, peer, isWaitingHere, signal, onProgress }: PassOptions,
  total: Tally,
): Promise<void> {
  const { sent, quarantined } = await push(context, {
    session,
    peer,
    everything: false,
    isWaitingHere,
    signal,
    onProgress: (ops) => onProgress?.({ phase: "push", ops, total: null }),
  });
  total.pushed += sent;
  total.quarantined += quarantined;
}

/** The number of ops that a pull will bring; null unless the peer holds more memories than this device. */
function expectedOps({ digest }: Snapshot, { digest: theirs }: PeerStatus): number | null {
  return missingFrom(digest, theirs) || null;
}

async function settleIfIdentical(
  context: SyncContext,
  peer: Pin,
  status: PeerStatus,
): Promise<boolean> {
  return await context.store.whenFree(() => settle(context, peer, status)) !== "different";
}

/** Everything was exchanged and a difference remains: finds it by reading both logs from the start. */
async function explainDifference(
  context: SyncContext,
  options: PassOptions,
  status: PeerStatus,
  total: Totals,
): Promise<PassResult> {
  const { session, peer } = options;
  if (!isReconciliationDue(peer.reconciledAt, context.nowMs())) {
    const { divergent } = context.store.peers.find(peer.deviceId) ?? { divergent: [] };
    return { ...total, identical: false, behind: missingHere(context, status), divergent };
  }
  const found = await reconcile(context, { session, peer });
  const after = await session.status();
  const isIdentical = await settleIfIdentical(context, peer, after);
  const divergent = isIdentical ? [] : found.divergent;
  const { store } = context;
  await store.whenFree(() => store.peers.recordReconciliation(peer.deviceId, divergent));
  return {
    pulled: total.pulled + found.pulled,
    pushed: total.pushed + found.pushed,
    quarantined: total.quarantined + found.quarantined,
    identical: isIdentical,
    behind: isIdentical ? 0 : missingHere(context, after),
    divergent,
  };
}

/** A lower bound of the number of the peer's memories that are missing here. */
function missingHere({ store }: SyncContext, { digest: theirs }: PeerStatus): number {
  return missingFrom(store.log.snapshot().digest, theirs);
}
