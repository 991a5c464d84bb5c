/** Reading a peer's log to its end. */
import { CodememError } from "../../errors.ts";
import type { Pin } from "../../model/peer.ts";
import type { OpPage } from "../../protocol/op_page.ts";
import type { SyncContext } from "../context.ts";
import { nextTurn } from "../../time/next_turn.ts";
import type { PeerSession } from "./session.ts";

/** Ops asked for at a time: few enough that a page neither keeps anybody waiting nor fills the memory. */
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
  /** Where to begin in the peer's log; null for its start. */
  readonly since: string | null;
  /** So many seconds the peer may take to answer where it has nothing. */
  readonly waitS?: number;
  /** Waits until a log of more than one page may be read; what it returns is called afterwards. */
  readonly takeTurn?: () => Promise<() => void>;
  /** Is given every page before it is applied. */
  readonly onPage?: (ops: Iterable<unknown>) => void;
  /** Is told after every page how many ops have been received. */
  readonly onProgress?: (received: number) => void;
}

/**
 * Pulls page after page until there are no more. Each page and the cursor behind it are one change of
 * the store, so that a pull that is cut off goes on where it was. The next page is under way while one
 * is applied.
 *
 * @throws peer_removed where the peer was removed meanwhile
 */
export async function pull(context: SyncContext, options: PullOptions): Promise<PullResult> {
  const page = await firstPage(options);
  // A wait that was in vain is not worth a write.
  if (page.ops.length === 0 && !page.hasMore && page.nextCursor === options.since) return NOTHING;
  if (!page.hasMore || options.takeTurn === undefined) {
    return await takeIn(context, options, options.since, page);
  }
  const leave = await options.takeTurn();
  try {
    const { pulled: since } = context.store.cursors.of(options.peer.deviceId);
    // Meanwhile the same may have come in another way.
    const isAsBefore = since === options.since;
    const first = isAsBefore ? page : await firstPage({ ...options, since, waitS: undefined });
    return await takeIn(context, options, since, first);
  } finally {
    leave();
  }
}

const NOTHING: PullResult = { received: 0, applied: 0, quarantined: 0 };

/** Applies a page, and all that come after it. */
async function takeIn(
  context: SyncContext,
  options: PullOptions,
  since: string | null,
  page: OpPage,
): Promise<PullResult> {
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

/** A log that has begun a new life is read from its start. */
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
  // It is awaited only after the page before has been applied: until then a failure may wait.
  page.catch(() => {});
  return page;
}

/** A peer whose cursor stands still while it promises more would be pulled from for ever. */
function requireProgress(page: OpPage, since: string | null): void {
  if (!page.hasMore || (page.nextCursor !== since && page.ops.length > 0)) return;
  throw new CodememError("invalid_response", "The peer promises more ops but hands out none", {
    hint: "Update codemem on both devices",
  });
}

/** More changes than happen while a log is read. */
const REPEATED_SLACK_OPS = 10_000;

/**
 * A log holds one op for each memory: so many in a row that bring nothing are those that are here
 * already. A peer that hands out more of them would be pulled from for ever.
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
