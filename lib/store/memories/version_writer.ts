/**
 * Where versions of memories are written: the one place that changes a memory, its op and the digest
 * together.
 */
import { addVersion, type Digest, removeVersion, type Version } from "../../model/digest.ts";
import { type Clock, compareClocks } from "../../model/clock.ts";
import type { Op } from "../../model/op.ts";
import { judge } from "../../replication/merge.ts";
import type { Column, Database, Row } from "../database.ts";
import { readDigest, saveDigest } from "../log/digest_row.ts";
import { eachMemory } from "./each_memory.ts";
import {
  CONTENT_COLUMNS,
  contentColumns,
  searchText,
  tombstoneColumns,
  versionFromRow,
} from "./memory_row.ts";
import { addToIndex, removeFromIndex } from "./search_index.ts";

/** What {@link VersionWriter.put} has done with a version. */
export type Outcome =
  | "applied"
  | "stale"
  | "duplicate"
  /** Its op's id names another op: nothing was done. */
  | "id_taken";

/** Where a version comes from. */
export type Origin =
  /** Written here, or handed over by the peer `receivedFrom`: it gets a place in the log. */
  | { readonly log: true; readonly receivedFrom: string | null }
  /** A legacy row: it gets its op later. */
  | { readonly log: false };

const KEY_COLUMNS = [
  "updated_at",
  "deleted_at",
  "rev",
  "clock_device_id",
  "payload_hash",
  "op_seq",
];
const ALL_COLUMNS = [...CONTENT_COLUMNS, ...KEY_COLUMNS];

const FIND = `SELECT row_id, id, rev, updated_at, clock_device_id, deleted_at, payload_hash, op_seq
  FROM memories WHERE id = ?`;
const INSERT_OP =
  `INSERT INTO replication_ops (op_id, entity_type, entity_id, op_type, payload, rev,
    updated_at, clock_device_id, device_id, created_at, received_from)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING`;
const INSERT_MEMORY = `INSERT INTO memories (${ALL_COLUMNS.join(", ")}, id)
  VALUES (${ALL_COLUMNS.map(() => "?").join(", ")}, ?)`;
const UPDATE_MEMORY = `UPDATE memories SET ${ALL_COLUMNS.map((name) => `${name} = ?`).join(", ")}
  WHERE id = ?`;

/** Writes versions within one transaction of the caller. */
export class VersionWriter {
  readonly #database: Database;
  readonly #now: string;
  #digest: Digest;
  #scrubDue = false;

  /**
   * @param database in a write transaction
   * @param now the transaction's one timestamp
   */
  constructor(database: Database, now: string) {
    this.#database = database;
    this.#now = now;
    this.#digest = readDigest(database);
  }

  /** Puts one version where it is greater than the one that stands. */
  put(op: Op, origin: Origin): Outcome {
    const row = this.#database.get(FIND, op.entityId);
    const current = row === undefined ? undefined : versionFromRow(row);
    const verdict = judge(current, op);
    if (verdict === "duplicate") return this.#adopt(row!, op, origin);
    if (verdict === "stale") return this.#isLogged(op.opId) ? "duplicate" : "stale";
    const seq = origin.log ? this.#log(op, origin.receivedFrom) : null;
    if (seq === undefined) return "id_taken";
    this.#retire(row, op, seq);
    this.#writeMemory(row, op, seq);
    if (current !== undefined) this.#digest = removeVersion(this.#digest, current);
    this.#digest = addVersion(this.#digest, op);
    return "applied";
  }

  /** Whether a memory was deleted at or after the time of `clock`. */
  isForgotten(entityId: string | null, clock: Clock | undefined): boolean {
    if (entityId === null || clock === undefined) return false;
    const row = this.#database.get(FIND, entityId);
    return row !== undefined && row.deleted_at !== null &&
      compareClocks(clock, versionFromRow(row).clock) <= 0;
  }

  /** Gives a legacy row its op; false where the op's id is taken. */
  logLegacy(rowId: number, op: Op): boolean {
    const seq = this.#log(op, null);
    if (seq === undefined) return false;
    this.#database.run("UPDATE memories SET op_seq = ? WHERE row_id = ?", seq, rowId);
    return true;
  }

  /** Saves the digest; the last call before the transaction ends. */
  finish(): Digest {
    saveDigest(this.#database, this.#digest, this.#scrubDue);
    return this.#digest;
  }

  /** Gives a legacy row the op of the same version that has arrived from another device. */
  #adopt(row: Row, op: Op, origin: Origin): Outcome {
    if (origin.log && row.op_seq === null) {
      const seq = this.#log(op, origin.receivedFrom);
      if (seq !== undefined) {
        this.#database.run("UPDATE memories SET op_seq = ? WHERE row_id = ?", seq, row.row_id!);
      }
    }
    return "duplicate";
  }

  #isLogged(opId: string): boolean {
    return this.#database.get("SELECT 1 AS found FROM replication_ops WHERE op_id = ?", opId) !==
      undefined;
  }

  /** @returns the op's place in the log, or `undefined` where its id is taken */
  #log(op: Op, receivedFrom: string | null): number | undefined {
    const { clock } = op;
    return this.#database.insert(
      INSERT_OP,
      op.opId,
      op.entityType,
      op.entityId,
      op.opType,
      op.payload,
      clock.rev,
      clock.updatedAt,
      clock.deviceId,
      op.deviceId,
      op.createdAt,
      receivedFrom,
    );
  }

  /** An op that is no longer the newest becomes history; a delete leaves none. */
  #retire(row: Row | undefined, next: Op, seq: number | null): void {
    if (next.opType === "delete") {
      this.#database.run(
        "DELETE FROM replication_ops WHERE entity_id = ? AND seq IS NOT ?",
        next.entityId,
        seq,
      );
      this.#forgetQuarantined(next);
      this.#scrubDue = true;
    } else if (typeof row?.op_seq === "number") {
      this.#database.run(
        "UPDATE replication_ops SET superseded_at = ? WHERE seq = ?",
        this.#now,
        row.op_seq,
      );
    }
  }

  /** What is in quarantine and newer than the delete stays: a newer program decides about it. */
  #forgetQuarantined({ entityId, clock }: Op): void {
    this.#database.run(
      `DELETE FROM sync_quarantine
       WHERE entity_id = ? AND NOT ifnull(raw ->> '$.clock.rev' > ?, 0)`,
      entityId,
      clock.rev,
    );
  }

  #writeMemory(row: Row | undefined, op: Op, seq: number | null): void {
    const { clock, content, entityId } = op;
    const words = content === null ? "" : searchText(content);
    const values = [
      ...(content === null ? tombstoneColumns(clock.updatedAt) : contentColumns(content, words)),
      clock.updatedAt,
      content === null ? clock.updatedAt : null,
      clock.rev,
      clock.deviceId,
      op.payloadHash,
      seq,
      entityId,
    ];
    if (row?.deleted_at === null) removeFromIndex(this.#database, row.row_id as number);
    const rowId = this.#saveRow(row, values);
    if (content !== null) {
      addToIndex(this.#database, rowId, { title: content.title, body: content.body, words });
    }
  }

  #saveRow(row: Row | undefined, values: Column[]): number {
    if (row === undefined) return this.#database.insert(INSERT_MEMORY, ...values)!;
    this.#database.run(UPDATE_MEMORY, ...values);
    return row.row_id as number;
  }
}

/** The versions that stand, as `(id, clock, op type, payload hash)`, for a check of the digest. */
export function* standingVersions(database: Database): Generator<Version> {
  const columns = "id, rev, updated_at, clock_device_id, deleted_at, payload_hash";
  for (const row of eachMemory(database, columns, { includeDeleted: true })) {
    yield versionFromRow(row);
  }
}
