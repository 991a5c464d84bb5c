/** Taking in ops from a peer. */
import { decodeOp, type Op, type QuarantinedOp } from "../model/op.ts";
import type { Digest } from "../model/digest.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import type { StoreContext } from "./context.ts";
import { Cursors } from "./cursors.ts";
import { requirePinned } from "./require_pinned.ts";
import { scrubLog } from "./scrub.ts";
import { VersionWriter } from "./version_writer.ts";

/** What became of a batch of ops: each op is counted once. */
export interface ApplyResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly quarantined: readonly Pick<QuarantinedOp, "opId" | "reason">[];
  readonly digest: Digest;
}

/** Where a batch comes from, and how far it reads the sender's log. */
export type BatchOrigin =
  & { readonly peerDeviceId: string }
  & (
    | {
      /** The key it was received under: without its pin nothing is taken in. */
      readonly fingerprint: string;
      /** The place in the sender's log behind this batch; kept in the same transaction. */
      readonly cursor?: string;
    }
    /** It was received before, and only now can be read. */
    | { readonly fingerprint?: undefined }
  );

/**
 * Applies a batch in one transaction: every op ends applied, stale, duplicate or quarantined, and only
 * with all of them does the cursor move.
 *
 * @throws peer_removed where the sender is no longer pinned
 */
export function applyBatch(
  context: StoreContext,
  ops: Iterable<unknown>,
  origin: BatchOrigin,
): ApplyResult {
  const now = formatTimestamp(context.nowMs());
  const { hasDeletes, ...result } = context.database.write(() => {
    requireSender(context, origin);
    return putAll(context, ops, origin.peerDeviceId, now);
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

/** Each op is decoded when its turn comes: a page of them all decoded would be several times its size. */
function putAll(
  context: StoreContext,
  ops: Iterable<unknown>,
  peerDeviceId: string,
  now: string,
): ApplyResult & { readonly hasDeletes: boolean } {
  const writer = new VersionWriter(context.database, now);
  const counts = { applied: 0, stale: 0, duplicate: 0 };
  const quarantined: QuarantinedOp[] = [];
  let hasDeletes = false;
  for (const each of ops) {
    const { op, quarantined: refused } = decodeOp(each);
    if (refused !== undefined) {
      quarantined.push(refused);
      continue;
    }
    hasDeletes ||= op.opType === "delete";
    const outcome = writer.put(op, { log: true, receivedFrom: peerDeviceId });
    if (typeof outcome === "string") counts[outcome]++;
    else quarantined.push({ ...outcome, ...op, raw: rawOp(op) });
  }
  for (const each of quarantined) keepQuarantined(context, each, peerDeviceId, now);
  return { ...counts, quarantined, digest: writer.finish(), hasDeletes };
}

function rawOp(op: Op): string {
  return JSON.stringify({
    op_id: op.opId,
    entity_type: op.entityType,
    entity_id: op.entityId,
    op_type: op.opType,
    payload: op.payload === null ? null : JSON.parse(op.payload),
    clock: {
      rev: op.clock.rev,
      updated_at: op.clock.updatedAt,
      device_id: op.clock.deviceId,
    },
    device_id: op.deviceId,
    created_at: op.createdAt,
  });
}

function keepQuarantined(
  { database }: StoreContext,
  op: QuarantinedOp,
  peerDeviceId: string,
  now: string,
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
