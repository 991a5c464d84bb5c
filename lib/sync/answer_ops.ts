/** Handing out this device's log: at once, or as soon as there is something. */
import { CodememError } from "../errors.ts";
import { formatCursor, parseCursor } from "../model/cursor.ts";
import type { Pin } from "../model/peer.ts";
import { MAX_PAGE_BYTES } from "../protocol/limits.ts";
import { encodeOp, encodeOpPage, type OpsQuery, parseOpsQuery } from "../protocol/op_page.ts";
import type { LogPage } from "../store/op_log.ts";
import type { Store } from "../store/store.ts";
import type { SyncContext } from "./context.ts";
import { readLogPage } from "./log_page.ts";

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
  if (query.since !== null) acknowledge(store, options.caller, after);
  const page = query.waitS > 0
    ? await waitForPage(context, options, query, after)
    : await readLogPage(store, { after, limit: query.limit, maxBytes: MAX_PAGE_BYTES });
  const { epoch, seq } = store.log.head();
  return encodeOpPage({
    ops: page.ops.map(encodeOp),
    nextCursor: formatCursor({ epoch, seq: page.through }),
    hasMore: page.hasMore,
    head: formatCursor({ epoch, seq }),
  });
}

/** Who waits is answered with what is new to it: its own ops come back to it as no news. */
async function waitForPage(
  { store }: SyncContext,
  { caller, waitForOps, hungUp }: AnswerOpsOptions,
  { limit, waitS }: OpsQuery,
  after: number,
): Promise<LogPage> {
  const untilMs = performance.now() + waitS * 1_000;
  const query = { limit, maxBytes: MAX_PAGE_BYTES, exceptFrom: caller.deviceId };
  let page = await readLogPage(store, { ...query, after });
  while (page.ops.length === 0) {
    const timeoutMs = untilMs - performance.now();
    const waiting = { peerDeviceId: caller.deviceId, after: page.through, timeoutMs };
    if (timeoutMs <= 0 || !await waitForOps({ ...waiting, signal: hungUp })) break;
    // What has happened may be its removal, of which it is to be told.
    store.peers.requirePinned(caller);
    page = await readLogPage(store, { ...query, after: page.through });
  }
  return page;
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
