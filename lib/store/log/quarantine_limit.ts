/** How many ops of one peer may be in quarantine. */
import { CodememError } from "../../errors.ts";
import type { Database } from "../database.ts";

/** More than a person's other devices send before this one is updated. */
export const MAX_QUARANTINED_OPS = 20_000;
export const MAX_QUARANTINED_BYTES = 64 * 1024 * 1024;

/**
 * Refuses a batch of a peer that has sent too many ops that cannot be applied. Skipping them would lose
 * them; keeping all of them would let one device fill the disk of another.
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
