/** Whether a database is sound: its file, and the digest of its memories. */
import { CodememError } from "../errors.ts";
import { addVersion, digestsEqual, EMPTY_DIGEST } from "../model/digest.ts";
import { MEND_DATABASE } from "../model/mend_database.ts";
import type { Database } from "./database.ts";
import { readDigest } from "./log/digest_row.ts";
import { standingVersions } from "./memories/version_writer.ts";

/**
 * Reads the whole database once.
 *
 * @throws database_corrupt where anything in it is damaged
 */
export function requireIntegrity(database: Database): void {
  const problem = firstProblem(database);
  if (problem === undefined) return;
  const message = `The database ${database.path} is damaged: ${problem}`;
  throw new CodememError("database_corrupt", message, { hint: MEND_DATABASE });
}

/** Whether the digest that is kept is that of the memories. */
export function digestHolds(database: Database): boolean {
  return database.read(() => {
    let counted = EMPTY_DIGEST;
    for (const version of standingVersions(database)) counted = addVersion(counted, version);
    return digestsEqual(counted, readDigest(database));
  });
}

/** What SQLite finds wrong with the file in a quick look; empty where it finds nothing. */
export function quickProblems(database: Database): string[] {
  const rows = database.all("PRAGMA quick_check(20)");
  return rows.map(({ quick_check: text }) => text as string).filter((text) => text !== "ok");
}

function firstProblem(database: Database): string | undefined {
  const found = database.get("PRAGMA integrity_check(1)")?.integrity_check as string;
  if (found !== "ok") return found;
  return digestHolds(database) ? undefined : "the digest is not that of the memories";
}
