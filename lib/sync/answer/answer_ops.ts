/** Answering with ops of this device's log: at once, or as soon as there are any. */
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

/** While ops are held back, this is how often to check whether they may be passed on. */
const HELD_BACK_MS = 250;

/** A caller that waits for ops. */
export interface Waiting {
  readonly peerDeviceId: string;
  /** The last position in the log that the caller knows. */
  readonly after: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the log has grown, the time is over or the caller has hung up.
 *
 * @returns false if further waiting is useless: the request is answered with what there is
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
 * Reads the page of ops that a caller asks for.
 *
 * @returns the body of the answer, JSON
 * @throws invalid_request, cursor_reset, peer_removed
 */
export async function answerOps(context: SyncContext, options: AnswerOpsOptions): Promise<string> {
  const { store } = context;
  const query = parseOpsQuery(options.parameters);
  const after = query.since === null ? 0 : placeInLog(store, query.since);
  if (query.since !== null) await store.whenFree(() => acknowledge(store, options.caller, after));
  const page = query.waitS > 0
    ? await waitForPage(context, { ...options, query, after })
    : await readLogPage(store, pageQuery(options.caller, query, after));
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
 * A caller that continues from a cursor gets only ops that it has not sent itself. A caller that begins
 * gets everything, because it may have lost what it once sent.
 */
function pageQuery(caller: Pin, { since, limit }: OpsQuery, after: number): PageQuery {
  const exceptFrom = since === null ? undefined : caller.deviceId;
  return { after, limit, maxBytes: MAX_PAGE_BYTES, exceptFrom };
}

/**
 * Waits for a page that is not empty. While many ops arrive from another peer, nothing is passed on: the
 * caller may be getting the same from that peer, and then both have it all when that is finished.
 */
async function waitForPage(
  { store, transfers }: SyncContext,
  options: AnswerOpsOptions & { readonly query: OpsQuery; readonly after: number },
): Promise<LogPage> {
  const { caller, waitForOps, hungUp, query, after } = options;
  const untilMs = performance.now() + query.waitS * 1_000;
  let page: LogPage = { ops: [], through: after, hasMore: false };
  for (;;) {
    const isHeldBack = transfers.isReceivingFromOther(caller.deviceId);
    if (!isHeldBack) page = await readLogPage(store, pageQuery(caller, query, page.through));
    const timeoutMs = untilMs - performance.now();
    if (page.ops.length > 0 || timeoutMs <= 0 || hungUp.aborted) return page;
    const waiting = { peerDeviceId: caller.deviceId, after: page.through, timeoutMs };
    if (isHeldBack) await pause(Math.min(timeoutMs, HELD_BACK_MS), hungUp);
    else if (!await waitForOps({ ...waiting, signal: hungUp })) return page;
    // The caller may have been removed, which it has to be told.
    store.peers.requirePinned(caller);
  }
}

/** @throws cursor_reset if the cursor is of another life of the log, or beyond its end */
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

/** A caller that asks for the ops after a position has stored all before it, which need not be pushed. */
function acknowledge({ cursors, log }: Store, caller: Pin, seq: number): void {
  const { epoch } = log.head();
  if (seq <= cursors.pushedThrough(caller.deviceId, epoch)) return;
  cursors.move(caller, { pushed: formatCursor({ epoch, seq }) });
}
