/** Brings a database to the schema of this version of the program. */
import { CodememError } from "../errors.ts";
import { readFileHeader } from "./file_header.ts";
import type { Database } from "./database.ts";
import initial from "./migrations/0001_initial.sql" with { type: "text" };
import discoveryKey from "./migrations/0002_discovery_key.sql" with { type: "text" };
import feed from "./migrations/0003_feed.sql" with { type: "text" };
import keys from "./migrations/0004_keys.sql" with { type: "text" };
import lives from "./migrations/0005_lives.sql" with { type: "text" };
import keyCopy from "./migrations/0006_key_copy.sql" with { type: "text" };
import copies from "./migrations/0007_copies.sql" with { type: "text" };

/** The migrations in order; the schema's version is how many of them have been applied. */
const MIGRATIONS = [initial, discoveryKey, feed, keys, lives, keyCopy, copies];

/** Marks the file as ours for `file(1)` and for imports: "cmem". */
export const APPLICATION_ID = 0x636d656d;

/** The version of the schema that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Applies the migrations that are missing, each in its own transaction.
 *
 * @throws database_too_new where a newer program has been here
 * @throws database_corrupt where the file is another program's
 */
export function migrate(database: Database): void {
  let version = schemaVersion(database);
  while (version < SCHEMA_VERSION) {
    applyNext(database, version);
    version = schemaVersion(database);
  }
}

/**
 * Refuses a file that is not for this program before SQLite opens it, because opening alone may change
 * it.
 *
 * @throws database_too_new, database_corrupt as {@link migrate}
 */
export function refuseForeignFile(path: string): void {
  const header = readFileHeader(path);
  if (header === undefined || !header.hasSchema) return;
  if (header.applicationId !== APPLICATION_ID) throw foreign(path);
  if (header.userVersion > SCHEMA_VERSION) throw tooNew(path, header.userVersion);
}

function schemaVersion(database: Database): number {
  // In one view: another process may be making the database at this moment.
  const { version, isOurs } = database.read(() => ({
    version: Number(database.get("PRAGMA user_version")?.user_version),
    isOurs: database.get("PRAGMA application_id")?.application_id === APPLICATION_ID ||
      isEmpty(database),
  }));
  if (!isOurs) throw foreign(database.path);
  if (version > SCHEMA_VERSION) throw tooNew(database.path, version);
  return version;
}

function foreign(path: string): CodememError {
  return new CodememError(
    "database_corrupt",
    `Cannot use the database ${path}: it was made by another program`,
    { hint: "To import memories from it, use `codemem import FILE`" },
  );
}

function tooNew(path: string, version: number): CodememError {
  return new CodememError(
    "database_too_new",
    `Cannot use the database ${path}: its schema is ${version}, this program knows ${SCHEMA_VERSION}`,
    { hint: "Install the version of codemem that last wrote it, or a newer one" },
  );
}

function isEmpty(database: Database): boolean {
  return database.get("SELECT 1 AS found FROM sqlite_master LIMIT 1") === undefined;
}

/** Applies one migration, unless another process was faster: the version is read again under the lock. */
function applyNext(database: Database, version: number): void {
  const sql = MIGRATIONS[version]!;
  database.write(() => {
    if (Number(database.get("PRAGMA user_version")?.user_version) !== version) return;
    database.exec(sql);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${version + 1}`);
  });
}
