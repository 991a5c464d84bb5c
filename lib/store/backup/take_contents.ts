/** Replacing the memories of a database by those of a backup, in one transaction. */
import type { StoreContext } from "../context.ts";
import type { Device } from "../device.ts";
import { indexAnew } from "../memories/search_index.ts";

/** The tables that a backup replaces; identity and pairings of this device stay. */
export const RESTORED_TABLES = [
  "memories",
  "replication_ops",
  "replication_digest",
  "sync_quarantine",
] as const;

/**
 * Copies memories, log and history from the database at `path`, which has this version's schema and belongs
 * to the same device. The log begins a new life.
 */
export function takeContents(context: StoreContext, device: Device, path: string): void {
  const { database } = context;
  database.run("ATTACH DATABASE ? AS backup", path);
  try {
    database.writeDurably(() => {
      for (const table of RESTORED_TABLES) {
        database.run(`DELETE FROM main.${table}`);
        database.run(`INSERT INTO main.${table} SELECT * FROM backup.${table}`);
      }
      indexAnew(database);
      forgetStandings(context);
      const restored = database.get("SELECT restored_ms FROM backup.sync_device");
      device.beginAnew((restored?.restored_ms ?? 0) as number);
      database.run("UPDATE main.replication_digest SET scrub_due = scrub_due + 1");
    });
  } finally {
    database.exec("DETACH DATABASE backup");
  }
}

/** Positions in peers' logs are as of the backup, too; what was known of both sides no longer holds. */
function forgetStandings({ database }: StoreContext): void {
  database.run("DELETE FROM main.replication_cursors");
  database.run(
    `INSERT INTO main.replication_cursors (peer_device_id, pulled)
     SELECT peer_device_id, pulled FROM backup.replication_cursors
     WHERE peer_device_id IN (
       SELECT peer_device_id FROM main.sync_peers WHERE removed_at IS NULL)`,
  );
  database.run(
    `UPDATE main.sync_peers SET identical_at = NULL, identical_live = NULL, behind = 0,
       divergent = '[]', reconciled_at = NULL`,
  );
}
