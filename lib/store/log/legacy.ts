/** Legacy rows: memories that came without an op, and how they come in and get one. */
import { CodememError } from "../../errors.ts";
import { composeOp, legacyOpId, type Op } from "../../model/op.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { shouldEndSlice, SLICE_ROWS } from "../../replication/slices.ts";
import type { StoreContext } from "../context.ts";
import type { ImportCandidate } from "../import/import_candidate.ts";
import { memoryFromRow } from "../memories/memory_row.ts";
import { VersionWriter } from "../memories/version_writer.ts";

/** What became of the candidates of an import. */
export interface ImportResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  /** Ids of those that cannot be kept: too large, or without a canonical form. */
  readonly refused: readonly string[];
}

/** Takes in versions from another database in one change; they get their ops later. */
export function importVersions(
  context: StoreContext,
  candidates: readonly ImportCandidate[],
): ImportResult {
  const now = formatTimestamp(context.nowMs());
  return context.database.writeDurably(() => {
    const writer = new VersionWriter(context.database, now);
    const counts = { applied: 0, stale: 0, duplicate: 0 };
    const refused: string[] = [];
    for (const candidate of candidates) {
      const op = legacyOp(context, candidate, now);
      const outcome = op === undefined ? "refused" : writer.put(op, { log: false });
      if (outcome === "applied" || outcome === "stale" || outcome === "duplicate") {
        counts[outcome]++;
      } else refused.push(candidate.entityId);
    }
    writer.finish();
    return { ...counts, refused };
  });
}

/** How many memories wait for their op. */
export function countLegacy({ database }: StoreContext): number {
  const row = database.get("SELECT count(*) AS count FROM memories WHERE op_seq IS NULL");
  return row!.count as number;
}

/**
 * Gives one slice of legacy rows their ops, in one short transaction.
 *
 * @returns how many rows got one; 0 when none is left
 */
export function logLegacySlice(context: StoreContext): number {
  // Nearly always nothing waits: looking before the transaction keeps nobody else from writing.
  if (countLegacy(context) === 0) return 0;
  const { database } = context;
  const now = formatTimestamp(context.nowMs());
  const startedMs = context.nowMs();
  return database.writeDurably(() => {
    const writer = new VersionWriter(database, now);
    let rows = 0;
    for (const { row_id: rowId } of database.all(WAITING, SLICE_ROWS)) {
      logRow(context, rowId as number, { writer, now });
      rows++;
      if (shouldEndSlice({ rows, elapsedMs: context.nowMs() - startedMs })) break;
    }
    return rows;
  });
}

/**
 * Gives a legacy row its op before another version replaces it, so that the old one is in the history.
 * To be called within a transaction.
 *
 * @param now the transaction's one timestamp
 */
export function logBeforeChange(context: StoreContext, id: string, now: string): void {
  const { database } = context;
  const row = database.get("SELECT row_id FROM memories WHERE id = ? AND op_seq IS NULL", id);
  if (row === undefined) return;
  logRow(context, row.row_id as number, { writer: new VersionWriter(database, now), now });
}

const WAITING = "SELECT row_id FROM memories WHERE op_seq IS NULL ORDER BY row_id LIMIT ?";

function logRow(
  context: StoreContext,
  rowId: number,
  { writer, now }: { readonly writer: VersionWriter; readonly now: string },
): void {
  const row = context.database.get("SELECT * FROM memories WHERE row_id = ?", rowId)!;
  const memory = memoryFromRow(row);
  const content = memory.deletedAt === null ? memory : null;
  const op = legacyOp(context, { entityId: memory.id, content, clock: memory.clock }, now);
  if (op === undefined) throw new CodememError("internal", `Memory ${memory.id} has no payload`);
  if (writer.logLegacy(rowId, op)) return;
  // A peer has given this id to another op: under any id the version is the same.
  writer.logLegacy(rowId, { ...op, opId: context.randomUuid() });
}

function legacyOp(
  { deviceId }: StoreContext,
  version: Pick<ImportCandidate, "entityId" | "content" | "clock">,
  now: string,
): Op | undefined {
  const op = composeOp({ ...version, opId: "", deviceId: deviceId(), createdAt: now });
  return op === undefined ? undefined : { ...op, opId: legacyOpId(op) };
}
