/** Taking in ops from a peer. */
import { isJsonObject } from "../../model/canonical_json.ts";
import { type Clock, decodeClock } from "../../model/clock.ts";
import { decodeOp, type Op, type QuarantinedOp } from "../../model/op.ts";
import type { Digest } from "../../model/digest.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import { Cursors } from "./cursors.ts";
import { requireQuarantineRoom } from "./quarantine_limit.ts";
import { requirePinned } from "../peers/require_pinned.ts";
import { scrubLog } from "../memories/scrub.ts";
import { VersionWriter } from "../memories/version_writer.ts";

/** The result of applying a batch of ops: each op is counted once. */
export interface ApplyResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly quarantined: readonly Pick<QuarantinedOp, "opId" | "reason">[];
  readonly digest: Digest;
}

/** Where a batch comes from, and how far it reaches in the sender's log. */
export type BatchOrigin =
  & { readonly peerDeviceId: string }
  & (
    | {
      /** Of the sender's key: nothing is applied unless the sender is pinned by it. */
      readonly fingerprint: string;
      /** The position in the sender's log after this batch; stored in the same transaction. */
      readonly cursor?: string;
    }
    /** It was received before, and only now can be read. */
    | { readonly fingerprint?: undefined }
  );

/**
 * Applies a batch in one transaction: every op ends applied, stale, duplicate or quarantined, and only
 * with all of them does the cursor move.
 *
 * @throws peer_removed where the sender is no longer pinned; quarantine_full
 */
export function applyBatch(
  context: StoreContext,
  ops: Iterable<unknown>,
  origin: BatchOrigin,
): ApplyResult {
  const now = formatTimestamp(context.nowMs());
  const { hasDeletes, ...result } = context.database.writeDurably(() => {
    requireSender(context, origin);
    const put = putAll(context, ops, { peerDeviceId: origin.peerDeviceId, now });
    // Ops that were received before are in quarantine already.
    const isNew = origin.fingerprint !== undefined && put.quarantined.length > 0;
    if (isNew) requireQuarantineRoom(context.database, origin.peerDeviceId);
    noteArrived(context, put.applied);
    return put;
  });
  if (hasDeletes) scrubLog(context.database);
  return result;
}

/** The cursor moves with the ops: both are kept, or neither is. */
function requireSender(context: StoreContext, origin: BatchOrigin): void {
  if (origin.fingerprint === undefined) return;
  const peer = { deviceId: origin.peerDeviceId, fingerprint: origin.fingerprint };
  if (origin.cursor === undefined) requirePinned(context.database, peer);
  else new Cursors(context).move(peer, { pulled: origin.cursor });
}

/** Ops that have arrived are no longer missing, whichever peer has them: `behind` stays a lower bound. */
function noteArrived({ database }: StoreContext, applied: number): void {
  database.run("UPDATE sync_peers SET behind = max(0, behind - ?) WHERE behind > 0", applied);
}

/** An op that cannot be applied, with its clock where it has a readable one. */
interface Refusal {
  readonly refused: QuarantinedOp;
  readonly clock: Clock | undefined;
}

/** From whom, and when, ops were received. */
interface Receipt {
  readonly peerDeviceId: string;
  /** The transaction's one timestamp. */
  readonly now: string;
}

/** Decodes each op when its turn comes: a whole page of decoded ops would take several times its size. */
function putAll(
  context: StoreContext,
  ops: Iterable<unknown>,
  receipt: Receipt,
): ApplyResult & { readonly hasDeletes: boolean } {
  const writer = new VersionWriter(context.database, receipt.now);
  const counts = { applied: 0, stale: 0, duplicate: 0 };
  const refusals: Refusal[] = [];
  let hasDeletes = false;
  for (const each of ops) {
    const { op, quarantined: refused } = decodeOp(each);
    if (refused !== undefined) {
      refusals.push({ refused, clock: clockOf(each) });
      continue;
    }
    hasDeletes ||= op.opType === "delete";
    const outcome = writer.put(op, { log: true, receivedFrom: receipt.peerDeviceId });
    if (outcome !== "id_taken") counts[outcome]++;
    else refusals.push({ refused: idTaken(op, each), clock: op.clock });
  }
  // The text of a memory that was forgotten since must not be kept, whatever the op says.
  const kept = refusals.filter(({ refused, clock }) =>
    !writer.isForgotten(refused.entityId, clock)
  );
  counts.stale += refusals.length - kept.length;
  const quarantined = kept.map(({ refused }) => refused);
  for (const each of quarantined) keepQuarantined(context, each, receipt);
  return { ...counts, quarantined, digest: writer.finish(), hasDeletes };
}

/** Applying is idempotent by op id: another op under a known id cannot be told from the known one. */
function idTaken({ opId, entityId }: Op, raw: unknown): QuarantinedOp {
  const detail = "its op_id names another op";
  return { opId, entityId, reason: "invalid_op", detail, raw: JSON.stringify(raw) };
}

function clockOf(op: unknown): Clock | undefined {
  return isJsonObject(op) ? decodeClock(op.clock) : undefined;
}

function keepQuarantined(
  { database }: StoreContext,
  op: QuarantinedOp,
  { peerDeviceId, now }: Receipt,
): void {
  database.run(
    `INSERT INTO sync_quarantine (op_id, entity_id, reason, detail, raw, received_from, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING`,
    op.opId,
    op.entityId,
    op.reason,
    op.detail,
    op.raw,
    peerDeviceId,
    now,
  );
}
