/** Handing this device's log over to a peer. */
import { formatCursor } from "../../model/cursor.ts";
import type { Pin } from "../../model/peer.ts";
import { encodeOp } from "../../protocol/op_page.ts";
import type { PushResult, RefusedOp } from "../../protocol/push.ts";
import type { LogPage } from "../../store/log/op_log.ts";
import type { SyncContext } from "../context.ts";
import { nextTurn } from "../../time/next_turn.ts";
import { pause } from "../../time/pause.ts";
import { readLogPage } from "./log_page.ts";
import type { PeerSession } from "./session.ts";

/** Ops handed over at a time. */
const PUSH_PAGE_OPS = 250;
/** And at most so many bytes of them, well below what a peer takes. */
const PUSH_PAGE_BYTES = 1024 * 1024;

/** A peer that takes what is new by itself, but does not get on, is handed it after this time. */
const STANDSTILL_MS = 5_000;
const LOOK_MS = 100;

/** What pushing did. */
export interface PushTotals {
  readonly sent: number;
  /** Ops the peer could not apply. */
  readonly quarantined: number;
}

/** Options of {@link push}. */
export interface PushOptions {
  readonly session: Pick<PeerSession, "push">;
  readonly peer: Pin;
  /** Also what the peer itself has handed over, from the start of the log. */
  readonly everything: boolean;
  /** Whether the peer waits here, and so takes what is new by itself. */
  readonly isWaitingHere?: (() => boolean) | undefined;
  /** Ends the waiting for that. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (sent: number) => void;
  /** Is given the memories of each page that the peer holds as they are here, or newer. */
  readonly onTaken?: (entityIds: readonly string[]) => void;
}

/**
 * Pushes page after page until the peer has acknowledged all of them. The cursor moves with each
 * acknowledgement; the next page is made ready while the peer takes in one.
 *
 * @throws peer_removed where the peer was removed meanwhile: it gets no further page
 */
export async function push(context: SyncContext, options: PushOptions): Promise<PushTotals> {
  const { session, peer } = options;
  const { store } = context;
  const { log, peers, cursors } = store;
  const { epoch } = log.head();
  let after = options.everything ? 0 : await untaken(context, options, epoch);
  const total = { sent: 0, quarantined: 0 };
  let page = await readPage(context, options, after);
  for (;;) {
    peers.requirePinned(peer);
    const answer = page.ops.length > 0 ? send(session, page) : undefined;
    await nextTurn();
    const next = page.hasMore ? await readPage(context, options, page.through) : undefined;
    if (answer !== undefined) {
      const { quarantined } = await answer;
      total.sent += page.ops.length;
      total.quarantined += quarantined.length;
      options.onProgress?.(total.sent);
      options.onTaken?.(takenOf(page, quarantined));
    }
    if (page.through !== after) {
      const pushed = formatCursor({ epoch, seq: page.through });
      await store.whenFree(() => cursors.move(peer, { pushed }));
    }
    if (next === undefined) return total;
    after = page.through;
    page = next;
  }
}

/**
 * Where to begin: behind what the peer has. As long as it takes what is new by itself, and gets on with
 * it, it is not handed the same as well.
 */
async function untaken(
  { store, transfers }: SyncContext,
  { peer: { deviceId }, isWaitingHere, signal }: PushOptions,
  epoch: string,
): Promise<number> {
  let after = store.cursors.pushedThrough(deviceId, epoch);
  // Who has stopped taking, as when its own pass has ended, is not waited for any longer.
  const isTaking = () => isWaitingHere?.() === true || transfers.isTaking(deviceId);
  let progressMs = performance.now();
  while (
    store.log.hasAfter(after, deviceId) && signal?.aborted !== true && isTaking() &&
    performance.now() - progressMs < STANDSTILL_MS
  ) {
    await pause(LOOK_MS, signal);
    const now = store.cursors.pushedThrough(deviceId, epoch);
    if (now > after) progressMs = performance.now();
    after = now;
  }
  return after;
}

function readPage(
  { store }: SyncContext,
  { everything, peer }: PushOptions,
  after: number,
): Promise<LogPage> {
  return readLogPage(store, {
    after,
    limit: PUSH_PAGE_OPS,
    maxBytes: PUSH_PAGE_BYTES,
    exceptFrom: everything ? undefined : peer.deviceId,
  });
}

function send(session: PushOptions["session"], page: LogPage): Promise<PushResult> {
  const answer = session.push(encodeOps(page));
  // It is awaited only after the next page has been read: until then a failure may wait.
  answer.catch(() => {});
  return answer;
}

function takenOf(page: LogPage, quarantined: readonly RefusedOp[]): string[] {
  const refused = new Set(quarantined.map(({ opId }) => opId));
  return page.ops.filter(({ opId }) => !refused.has(opId)).map(({ entityId }) => entityId);
}

function encodeOps(page: LogPage): string[] {
  return page.ops.map(encodeOp);
}
