/** The past of one memory, as far as the log still holds it. */
import type { Clock } from "../../model/clock.ts";
import type { OpType } from "../../model/op.ts";
import type { Database } from "../database.ts";
import { clockFromRow } from "./memory_row.ts";

/** A version that a memory has had. */
export interface HistoryEntry {
  readonly clock: Clock;
  readonly opType: OpType;
  readonly deviceId: string;
  readonly title: string | null;
  readonly superseded: boolean;
  /** The peer that handed it over; null where it was written here. */
  readonly receivedFrom: string | null;
}

/** The number of versions that are listed at most. */
const MAX_HISTORY = 200;

/** The versions of a memory, newest first. */
export function readHistory(database: Database, id: string): HistoryEntry[] {
  const rows = database.all(
    `SELECT rev, updated_at, clock_device_id, op_type, payload ->> 'title' AS title, superseded_at,
       received_from
     FROM replication_ops WHERE entity_id = ? ORDER BY rev DESC, seq DESC LIMIT ?`,
    id,
    MAX_HISTORY,
  );
  return rows.map((row) => ({
    clock: clockFromRow(row),
    opType: row.op_type as OpType,
    deviceId: row.clock_device_id as string,
    title: row.title as string | null,
    superseded: row.superseded_at !== null,
    receivedFrom: row.received_from as string | null,
  }));
}
