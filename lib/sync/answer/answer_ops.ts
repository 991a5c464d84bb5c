/** Handing out this device's log: at once, or as soon as there is something. */
import { CodememError } from "../../errors.ts";
import { formatCursor, parseCursor } from "../../model/cursor.ts";
import type { Pin } from "../../model/peer.ts";
import { MAX_PAGE_BYTES } from "../../protocol/limits.ts";
import { encodeOp, encodeOpPage, type OpsQuery, parseOpsQuery } from "../../protocol/op_page.ts";
import type { LogPage, PageQuery } from "../../store/log/op_log.ts";
import type { Store } from "../../store/store.ts";
import type { SyncContext } from "../context.ts";
import { pause } from "../../time/pause.ts";
import { readLogPage } from "../ask/log_page.ts";

/** Whether what was held back may be handed on is looked at this often. */
const HELD_BACK_MS = 250;

/** What somebody who waits for ops waits for. */
export interface Waiting {
  /** Who waits. */
  readonly peerDeviceId: string;
  /** The last place in the log that the caller has been told of. */
  readonly after: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the log has grown, the time is over or the request is gone.
 *
 * @returns false where waiting on is of no use: the request is to be answered with what there is
 */
export type WaitForOps = (waiting: Waiting) => Promise<boolean>;

/** Options of {@link answerOps}. */
export interface AnswerOpsOptions {
  readonly caller: Pin;
  readonly parameters: URLSearchParams;
  readonly waitForOps: WaitForOps;
  /** Aborted when the caller has hung up. */
  readonly hungUp: AbortSignal;
}

/**
 * The page of ops that a caller asks for.
 *
 * @returns the body of the answer
 * @throws invalid_request, cursor_reset, peer_removed
 */
export async function answerOps(context: SyncContext, options: AnswerOpsOptions): Promise<string> {
  const { store } = context;
  const query = parseOpsQuery(options.parameters);
  const after = query.since === null ? 0 : placeInLog(store, query.since);
  if (query.since !== null) await store.whenFree(() => acknowledge(store, options.caller, after));
  const page = query.waitS > 0
    ? await waitForPage(context, options, query, after)
    : await readLogPage(store, pageQuery(options, query, after));
  if (page.ops.length > 0) context.transfers.noteTaking(options.caller.deviceId);
  const { epoch, seq } = store.log.head();
  return encodeOpPage({
    ops: page.ops.map(encodeOp),
    nextCursor: formatCursor({ epoch, seq: page.through }),
    hasMore: page.hasMore,
    head: formatCursor({ epoch, seq }),
  });
}

/**
 * Who goes on from a place gets what is new to it: its own ops would come back to it as no news. Who
 * begins gets everything, because it may have lost what it once handed over.
 */
function pageQuery(
  { caller }: AnswerOpsOptions,
  { since, limit }: OpsQuery,
  after: number,
): PageQuery {
  const exceptFrom = since === null ? undefined : caller.deviceId;
  return { after, limit, maxBytes: MAX_PAGE_BYTES, exceptFrom };
}

/**
 * Waits for a page with something in it. While much comes in from another peer, nothing is handed on:
 * the caller may be getting the same from that peer, and both have it when it has come to its end.
 */
async function waitForPage(
  { store, transfers }: SyncContext,
  options: AnswerOpsOptions,
  query: OpsQuery,
  after: number,
): Promise<LogPage> {
  const { caller, waitForOps, hungUp } = options;
  const untilMs = performance.now() + query.waitS * 1_000;
  let page: LogPage = { ops: [], through: after, hasMore: false };
  for (;;) {
    const isHeldBack = transfers.isReceivingFromOther(caller.deviceId);
    if (!isHeldBack) page = await readLogPage(store, pageQuery(options, query, page.through));
    const timeoutMs = untilMs - performance.now();
    if (page.ops.length > 0 || timeoutMs <= 0 || hungUp.aborted) return page;
    const waiting = { peerDeviceId: caller.deviceId, after: page.through, timeoutMs };
    if (isHeldBack) await pause(Math.min(timeoutMs, HELD_BACK_MS), hungUp);
    else if (!await waitForOps({ ...waiting, signal: hungUp })) return page;
    // What has happened may be its removal, of which it is to be told.
    store.peers.requirePinned(caller);
  }
}

/** @throws cursor_reset where the cursor is of another life of the log, or beyond its end */
function placeInLog(store: Store, since: string): number {
  const head = store.log.head();
  const cursor = parseCursor(since);
  if (cursor !== undefined && cursor.epoch === head.epoch && cursor.seq <= head.seq) {
    return cursor.seq;
  }
  throw new CodememError("cursor_reset", "This cursor is not of the present life of the log", {
    hint: "Read the log from its start",
  });
}

/** Who asks for what comes behind a place has kept everything up to it, and need not be handed it. */
function acknowledge({ cursors, log }: Store, caller: Pin, seq: number): void {
  const { epoch } = log.head();
  if (seq <= cursors.pushedThrough(caller.deviceId, epoch)) return;
  cursors.move(caller, { pushed: formatCursor({ epoch, seq }) });
}
