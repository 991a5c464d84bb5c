/** What a store holds, in numbers. */
import type { Digest } from "../../model/digest.ts";
import type { StoreContext } from "../context.ts";
import { readDigest } from "../log/digest_row.ts";
import { countLegacy } from "../log/legacy.ts";

/** The numbers of a store. */
export interface StoreStats {
  readonly digest: Digest;
  /** Memories that were set aside, among the live ones. */
  readonly inactive: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly projects: Readonly<Record<string, number>>;
  readonly ops: number;
  /** Superseded ops, kept as history. */
  readonly history: number;
  readonly quarantined: number;
  readonly legacyPending: number;
  readonly databaseBytes: number;
}

/** Counts. */
export function readStats(context: StoreContext): StoreStats {
  const { database } = context;
  const count = (sql: string) =>
    database.get(`SELECT count(*) AS count FROM ${sql}`)!.count as number;
  const group = (column: string) =>
    Object.fromEntries(
      database.all(
        `SELECT ${column} AS name, count(*) AS count FROM memories
         WHERE deleted_at IS NULL AND ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
      ).map((row) => [row.name as string, row.count as number]),
    );
  return database.read(() => ({
    digest: readDigest(database),
    inactive: count("memories WHERE deleted_at IS NULL AND active = 0"),
    kinds: group("kind"),
    projects: group("project"),
    ops: count("replication_ops"),
    history: count("replication_ops WHERE superseded_at IS NOT NULL"),
    quarantined: count("sync_quarantine"),
    legacyPending: countLegacy(context),
    databaseBytes: database.get(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    )!.bytes as number,
  }));
}
