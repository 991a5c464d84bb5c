/** Sending this device's log to a peer. */
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

/** Ops per request. */
const PUSH_PAGE_OPS = 250;
/** Bytes of ops per request, well below what a peer accepts. */
const PUSH_PAGE_BYTES = 1024 * 1024;

/** A peer that fetches ops by itself, but makes no progress for this long, is sent them. */
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
  /** Whether to send the whole log, including what the peer itself has sent. */
  readonly everything: boolean;
  /** Whether the peer waits here, and so fetches new ops by itself. */
  readonly isWaitingHere?: (() => boolean) | undefined;
  /** Ends the wait for it to do so. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (sent: number) => void;
  /** Given the ids of the memories in each page that the peer has applied, or holds in a newer version. */
  readonly onTaken?: (entityIds: readonly string[]) => void;
}

/**
 * Pushes page after page until the peer has acknowledged all of them. The cursor moves with each
 * acknowledgement; the next page is prepared while the peer applies one.
 *
 * @throws peer_removed if the peer was removed meanwhile: it gets no further page
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
 * The position to begin at: after what the peer has. While the peer fetches ops by itself and makes
 * progress, waits for it, so that it is not sent the same ops as well.
 */
async function untaken(
  { store, transfers }: SyncContext,
  { peer: { deviceId }, isWaitingHere, signal }: PushOptions,
  epoch: string,
): Promise<number> {
  let after = store.cursors.pushedThrough(deviceId, epoch);
  // A peer that has stopped fetching, for example at the end of its pass, is not waited for.
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
  // It is awaited only after the next page was read: until then, a failure is not unhandled.
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
