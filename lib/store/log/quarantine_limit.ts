/** How much may be kept aside of what one peer hands over. */
import { CodememError } from "../../errors.ts";
import type { Database } from "../database.ts";

/** More than a person's devices hand over before this one is updated. */
export const MAX_QUARANTINED_OPS = 20_000;
export const MAX_QUARANTINED_BYTES = 64 * 1024 * 1024;

/**
 * Refuses what a peer hands over once it has handed over too much that cannot be applied. To pass over
 * it would lose it; to keep all of it would let one device fill the disk of another.
 *
 * @param database in the transaction that keeps the newest
 * @throws quarantine_full
 */
export function requireQuarantineRoom(database: Database, peerDeviceId: string): void {
  const kept = database.get(
    `SELECT count(*) AS ops, ifnull(sum(octet_length(raw)), 0) AS bytes FROM sync_quarantine
     WHERE received_from = ?`,
    peerDeviceId,
  )!;
  const { ops, bytes } = kept as { ops: number; bytes: number };
  if (ops <= MAX_QUARANTINED_OPS && bytes <= MAX_QUARANTINED_BYTES) return;
  throw new CodememError(
    "quarantine_full",
    "More ops that cannot be read have come from one device than are kept: nothing more is taken from it",
    {
      hint:
        "Update codemem on both devices; if it is not yours any more, remove that peer, and discard " +
        "what it has sent with `codemem sync quarantine --drop`",
    },
  );
}
