/** Whether the database is whole, and what waits in it. */
import { MEND_DATABASE } from "../model/mend_database.ts";
import { waysOutOfFork } from "../model/life.ts";
import type { Store } from "../store/store.ts";
import { type DeviceCheck, failed, type Judgement, ok, warning } from "./finding.ts";

/** The checks of an open database. */
export function databaseChecks(store: Store): DeviceCheck[] {
  return [
    { check: "database", run: () => judgeIntegrity(store.integrityProblems()) },
    { check: "lives", run: () => judgeLives(store.lives.forkedAt()) },
    { check: "digest", run: () => judgeDigest(store.digestHolds()) },
    { check: "quarantine", run: () => judgeQuarantine(store.quarantine.count()) },
    { check: "legacy_rows", run: () => judgeLegacyRows(store.countLegacy()) },
  ];
}

/** Judges what SQLite finds wrong with the file. */
export function judgeIntegrity([first, ...others]: readonly string[]): Judgement {
  if (first === undefined) return ok("the database is whole");
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return failed(`the database is damaged: ${first}${more}`, MEND_DATABASE);
}

/** Judges whether another copy of the database was found to be in use. */
function judgeLives(forkedAt: string | null): Judgement {
  if (forkedAt === null) return ok("no other copy of the database is known to be in use");
  return failed(
    "the database was restored by hand, or the disk cloned: another copy of it has been used",
    waysOutOfFork("this device"),
  );
}

/** Judges whether the digest that is kept is that of the memories. */
export function judgeDigest(holds: boolean): Judgement {
  return holds ? ok("the digest is that of the memories") : failed(
    "the digest is not that of the memories: something else has changed them",
    MEND_DATABASE,
  );
}

/** Judges how many ops could not be applied. */
export function judgeQuarantine(count: number): Judgement {
  if (count === 0) return ok("every op that came in was applied");
  return warning(
    `ops that could not be applied: ${count}`,
    "Run `codemem sync quarantine` to see them; they usually need a newer codemem",
  );
}

/** Judges how many memories wait for their op. */
export function judgeLegacyRows(count: number): Judgement {
  if (count === 0) return ok("every memory is in the op log");
  return warning(
    `memories that are not in the op log yet, so that no peer has them from here: ${count}`,
    "Leave `codemem serve` running, or run `codemem sync once`",
  );
}
