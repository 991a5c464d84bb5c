/** The op log: pages of ops for peers, and pruning. */
import type { Cursor } from "../../model/cursor.ts";
import type { Digest } from "../../model/digest.ts";
import type { LoggedOp } from "../../model/logged_op.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";
import { digestFromRow } from "./digest_row.ts";

/** An op and its place in this log. */
export interface LogEntry extends LoggedOp {
  readonly seq: number;
}

/** A run of ops in the order of the log. */
export interface LogPage {
  readonly ops: readonly LogEntry[];
  /** Everything up to here is in this page or earlier ones. */
  readonly through: number;
  readonly hasMore: boolean;
}

/** What the store holds at one instant. */
export interface Snapshot {
  readonly digest: Digest;
  readonly head: Cursor;
}

/** Which ops a page is made of. */
export interface PageQuery {
  /** Ops after this position. */
  readonly after: number;
  /** At most this many ops. */
  readonly limit: number;
  /** At most about this many bytes of payload, but always one op. */
  readonly maxBytes: number;
  /** Leave out what this peer handed over itself. */
  readonly exceptFrom?: string;
}

/** `received_from` is never the empty text, so that leaving out "" leaves out nothing. */
const PAGE = `SELECT seq, op_id, entity_type, entity_id, op_type, payload, rev, updated_at,
    clock_device_id, device_id, created_at, ifnull(octet_length(payload), 4) AS bytes
  FROM replication_ops WHERE seq > ? AND superseded_at IS NULL AND received_from IS NOT ?
  ORDER BY seq`;

/** The most that an op takes in JSON besides its payload. */
const OP_OVERHEAD_BYTES = 1_200;

/** The position of the newest op, as part of a statement. */
export const LOG_END =
  "ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'replication_ops'), 0)";

const HEAD = `SELECT epoch, ${LOG_END} AS seq FROM sync_device`;
/** In one statement, because each request of a peer asks it. */
const SNAPSHOT = `SELECT live, tombstones, sum, epoch, ${LOG_END} AS seq
  FROM replication_digest, sync_device`;

/** The op log of a store. */
export class OpLog {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Digest and head of the log, as of the same instant. */
  snapshot(): Snapshot {
    const { database } = this.#context;
    const row = database.get(SNAPSHOT);
    return { digest: digestFromRow(database, row), head: cursorFromRow(row!) };
  }

  /** The end of the log. */
  head(): Cursor {
    return cursorFromRow(this.#context.database.get(HEAD)!);
  }

  /** The next page of ops that still stand. */
  page(query: PageQuery): LogPage {
    const { database } = this.#context;
    return database.read(() => {
      const ops: LogEntry[] = [];
      let bytes = 0;
      // Row by row, so that no more is in memory than the page holds.
      for (const row of database.each(PAGE, query.after, query.exceptFrom ?? "")) {
        bytes += (row.bytes as number) + OP_OVERHEAD_BYTES;
        const isFull = ops.length === query.limit || bytes > query.maxBytes;
        if (isFull && ops.length > 0) return { ops, through: ops.at(-1)!.seq, hasMore: true };
        ops.push(opFromRow(row));
      }
      return { ops, through: Math.max(this.head().seq, query.after), hasMore: false };
    });
  }

  /**
   * How many ops after a position are current, by the peer that handed them over; null stands for those
   * that were written here. Reads all of them: to ask for several peers, call it once for each position.
   */
  countAfter(after: number): ReadonlyMap<string | null, number> {
    const rows = this.#context.database.all(
      `SELECT received_from, count(*) AS count FROM replication_ops
       WHERE seq > ? AND superseded_at IS NULL GROUP BY received_from`,
      after,
    );
    return new Map(rows.map((row) => [row.received_from as string | null, row.count as number]));
  }

  /** Whether any op after a position is current and did not come from `exceptFrom`. */
  hasAfter(after: number, exceptFrom: string): boolean {
    return this.#context.database.get(
      `SELECT 1 AS found FROM replication_ops
       WHERE seq > ? AND superseded_at IS NULL AND received_from IS NOT ? LIMIT 1`,
      after,
      exceptFrom,
    ) !== undefined;
  }

  /**
   * Deletes one small slice of the superseded ops.
   *
   * @returns how many: fewer than `limit` means that none is left
   */
  prune(options: { readonly olderThanMs: number; readonly limit: number }): number {
    const before = formatTimestamp(this.#context.nowMs() - options.olderThanMs);
    return this.#context.database.run(
      `DELETE FROM replication_ops WHERE seq IN (
         SELECT seq FROM replication_ops WHERE superseded_at < ? LIMIT ?)`,
      before,
      options.limit,
    );
  }
}

/** Reads the columns `epoch` and `seq` of a row. */
export function cursorFromRow(row: Row): Cursor {
  return { epoch: row.epoch as string, seq: row.seq as number };
}

function opFromRow(row: Row): LogEntry {
  return {
    seq: row.seq as number,
    opId: row.op_id as string,
    entityType: row.entity_type as string,
    entityId: row.entity_id as string,
    opType: row.op_type as string,
    payload: row.payload as string | null,
    rev: row.rev as number,
    updatedAt: row.updated_at as string,
    clockDeviceId: row.clock_device_id as string,
    deviceId: row.device_id as string,
    createdAt: row.created_at as string,
  };
}
