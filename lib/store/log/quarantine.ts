/** Ops that could not be applied: kept for people to see, and for a newer version to apply. */
import { applyBatch } from "./apply.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";

/** An op in quarantine. */
export interface QuarantineEntry {
  readonly opId: string;
  readonly entityId: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly receivedFrom: string | null;
  readonly receivedAt: string;
}

/** The quarantine of a store. */
export class Quarantine {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  count(): number {
    return this.#context.database.get("SELECT count(*) AS count FROM sync_quarantine")!
      .count as number;
  }

  /** The newest entries. */
  list(limit: number): QuarantineEntry[] {
    return this.#context.database
      .all(
        `SELECT op_id, entity_id, reason, detail, received_from, received_at FROM sync_quarantine
         ORDER BY received_at DESC, op_id LIMIT ?`,
        limit,
      )
      .map(entryFromRow);
  }

  /**
   * Discards what is in it. A reconciliation brings again what peers still have.
   *
   * @returns how many ops there were
   */
  drop(): number {
    const { database } = this.#context;
    return database.writeDurably(() => database.run("DELETE FROM sync_quarantine"));
  }

  /**
   * Tries everything once more: this version of the program may understand what an earlier one did not.
   *
   * @returns how many ops left the quarantine
   */
  retry(): number {
    // Every start of a device retries; nearly always there is nothing to retry.
    if (this.count() === 0) return 0;
    const { database } = this.#context;
    return database.writeDurably(() => {
      const before = this.count();
      for (const row of database.all("SELECT op_id, raw, received_from FROM sync_quarantine")) {
        const isThere = database.run("DELETE FROM sync_quarantine WHERE op_id = ?", row.op_id!);
        // A delete that was retried before has removed it.
        if (isThere === 0) continue;
        applyBatch(this.#context, [JSON.parse(row.raw as string)], {
          peerDeviceId: (row.received_from ?? "") as string,
        });
      }
      return before - this.count();
    });
  }
}

function entryFromRow(row: Row): QuarantineEntry {
  return {
    opId: row.op_id as string,
    entityId: row.entity_id as string | null,
    reason: row.reason as string,
    detail: row.detail as string,
    receivedFrom: row.received_from as string | null,
    receivedAt: row.received_at as string,
  };
}
