/** Reading a peer's log to its end. */
import { CodememError } from "../../errors.ts";
import type { Pin } from "../../model/peer.ts";
import type { OpPage } from "../../protocol/op_page.ts";
import type { SyncContext } from "../context.ts";
import { nextTurn } from "../../time/next_turn.ts";
import type { PeerSession } from "./session.ts";

/** Ops per request: few enough that a page neither blocks others for long nor takes much memory. */
const PULL_PAGE_OPS = 300;

/** What pulling did. */
export interface PullResult {
  readonly received: number;
  readonly applied: number;
  readonly quarantined: number;
}

/** Options of {@link pull}. */
export interface PullOptions {
  readonly session: Pick<PeerSession, "ops">;
  readonly peer: Pin;
  /** The cursor to begin at in the peer's log; null for its start. */
  readonly since: string | null;
  /** How long the peer may hold the request while it has nothing, in seconds. */
  readonly waitS?: number;
  /** Waits until a log of more than one page may be read; the function it returns ends the turn. */
  readonly takeTurn?: () => Promise<() => void>;
  /** Is given every page before it is applied. */
  readonly onPage?: (ops: Iterable<unknown>) => void;
  /** Is told after every page how many ops have been received. */
  readonly onProgress?: (received: number) => void;
}

/**
 * Pulls page after page until there are no more. Each page is applied in one transaction with its cursor,
 * so that an interrupted pull continues where it was. The next page is requested while one is applied.
 *
 * @throws peer_removed if the peer was removed meanwhile
 */
export async function pull(context: SyncContext, options: PullOptions): Promise<PullResult> {
  const page = await firstPage(options);
  // A wait without result is not worth a write.
  if (page.ops.length === 0 && !page.hasMore && page.nextCursor === options.since) return NOTHING;
  if (!page.hasMore || options.takeTurn === undefined) {
    return await takeIn(context, options, { since: options.since, page });
  }
  const leave = await options.takeTurn();
  try {
    const { pulled: since } = context.store.cursors.of(options.peer.deviceId);
    // Meanwhile the same ops may have arrived another way.
    const isAsBefore = since === options.since;
    const first = isAsBefore ? page : await firstPage({ ...options, since, waitS: undefined });
    return await takeIn(context, options, { since, page: first });
  } finally {
    leave();
  }
}

const NOTHING: PullResult = { received: 0, applied: 0, quarantined: 0 };

/** Applies a page, and all that come after it. @param first the page, and the cursor it was asked with */
async function takeIn(
  context: SyncContext,
  options: PullOptions,
  first: { readonly since: string | null; readonly page: OpPage },
): Promise<PullResult> {
  let { since, page } = first;
  const { session, peer } = options;
  const { deviceId: peerDeviceId, fingerprint } = peer;
  const total = { ...NOTHING };
  let repeated = 0;
  for (;;) {
    requireProgress(page, since);
    const next = page.hasMore ? ask(session, page.nextCursor) : undefined;
    await nextTurn();
    options.onPage?.(page.ops);
    const { ops, nextCursor: cursor } = page;
    const origin = { peerDeviceId, fingerprint, cursor };
    const result = await context.store.whenFree(() => context.store.apply(ops, origin));
    total.received += page.ops.length;
    total.applied += result.applied;
    total.quarantined += result.quarantined.length;
    options.onProgress?.(total.received);
    repeated = result.applied > 0 ? 0 : repeated + page.ops.length;
    if (next !== undefined) requireNews(context, repeated);
    if (next === undefined) return total;
    since = page.nextCursor;
    page = await next;
  }
}

/** Reads a log from its start if it has begun a new life. */
async function firstPage({ session, since, waitS }: PullOptions): Promise<OpPage> {
  try {
    return await ask(session, since, waitS);
  } catch (error) {
    const isReset = error instanceof CodememError && error.code === "cursor_reset";
    if (!isReset || since === null) throw error;
    return await ask(session, null);
  }
}

function ask(
  session: PullOptions["session"],
  since: string | null,
  waitS?: number,
): Promise<OpPage> {
  const page = session.ops({ since, limit: PULL_PAGE_OPS, waitS });
  // It is awaited only after the previous page was applied: until then, a failure is not unhandled.
  page.catch(() => {});
  return page;
}

/** A peer that promises more without moving its cursor would be pulled from for ever. */
function requireProgress(page: OpPage, since: string | null): void {
  if (!page.hasMore || (page.nextCursor !== since && page.ops.length > 0)) return;
  throw new CodememError("invalid_response", "The peer promises more ops but hands out none", {
    hint: "Update codemem on both devices",
  });
}

/** More than the number of changes that can happen while a log is read. */
const REPEATED_SLACK_OPS = 10_000;

/**
 * A log has one current op per memory, so at most about that many in a row can bring nothing new. A peer
 * that sends more of them would be pulled from for ever.
 */
function requireNews({ store }: SyncContext, repeated: number): void {
  if (repeated <= REPEATED_SLACK_OPS) return;
  const { live, tombstones } = store.log.snapshot().digest;
  const known = live + tombstones + store.quarantine.count();
  if (repeated <= 2 * known + REPEATED_SLACK_OPS) return;
  throw new CodememError("invalid_response", "The peer hands out the same ops again and again", {
    hint: "Update codemem on both devices",
  });
}
