/** The digest as it is kept in the database. */
import { MEND_DATABASE } from "../../model/mend_database.ts";
import { type Digest, formatDigestSum, parseDigestSum } from "../../model/digest.ts";
import { CodememError } from "../../errors.ts";
import type { Database, Row } from "../database.ts";

/** Reads the digest of the store. */
export function readDigest(database: Database): Digest {
  const row = database.get("SELECT live, tombstones, sum FROM replication_digest");
  return digestFromRow(database, row);
}

/** Reads the columns `live`, `tombstones` and `sum` of a row. */
export function digestFromRow(database: Database, row: Row | undefined): Digest {
  const sum = parseDigestSum(row?.sum);
  if (row === undefined || sum === undefined) {
    throw new CodememError("database_corrupt", `Cannot read the digest in ${database.path}`, {
      hint: MEND_DATABASE,
    });
  }
  return { live: row.live as number, tombstones: row.tombstones as number, sum };
}

/** Saves the digest; `scrubDue` where text was deleted that the files may still hold. */
export function saveDigest(database: Database, digest: Digest, scrubDue: boolean): void {
  database.run(
    "UPDATE replication_digest SET live = ?, tombstones = ?, sum = ?, scrub_due = scrub_due + ?",
    digest.live,
    digest.tombstones,
    formatDigestSum(digest.sum),
    scrubDue ? 1 : 0,
  );
}
