/** The store of a device: its memories, its op log, and what it knows of its peers. */
import { MEND_DATABASE } from "../model/mend_database.ts";
import { CodememError } from "../errors.ts";
import { addVersion, digestsEqual, EMPTY_DIGEST, type Version } from "../model/digest.ts";
import type { KeyTask } from "../model/key_place.ts";
import { applyBatch, type ApplyResult, type BatchOrigin } from "./log/apply.ts";
import { Attempts } from "./peers/attempts.ts";
import { takeContents } from "./backup/take_contents.ts";
import type { StoreContext } from "./context.ts";
import { Cursors } from "./log/cursors.ts";
import { Database } from "./database.ts";
import { Device } from "./device.ts";
import { readDigest } from "./log/digest_row.ts";
import { Feed } from "./memories/feed.ts";
import type { ImportCandidate } from "./import/import_candidate.ts";
import { Invites } from "./peers/invites.ts";
import { countLegacy, type ImportResult, importVersions, logLegacySlice } from "./log/legacy.ts";
import { Lives } from "./peers/lives.ts";
import { Memories } from "./memories/memories.ts";
import { migrate, refuseForeignFile } from "./migrate.ts";
import { Nonces } from "./peers/nonces.ts";
import { OpLog } from "./log/op_log.ts";
import { Peers } from "./peers/peers.ts";
import { Quarantine } from "./log/quarantine.ts";
import { Rotations } from "./peers/rotations.ts";
import { schemaOf } from "./schema.ts";
import { scrub } from "./memories/scrub.ts";
import { indexAnew } from "./memories/search_index.ts";
import { readStats, type StoreStats } from "./memories/stats.ts";
import { Undo } from "./memories/undo.ts";
import { standingVersions } from "./memories/version_writer.ts";
import { whenFree } from "./when_free.ts";

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** Of the database file, or `:memory:`. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
  readonly randomUuid?: () => string;
  readonly randomBytes?: (length: number) => Uint8Array;
}

/**
 * Opens the store in a database file, and makes or migrates the file where that is needed.
 *
 * @throws database_corrupt, database_read_only, database_too_new, io_failed
 */
export function openStore(options: StoreOptions): Store {
  refuseForeignFile(options.path);
  const database = new Database(options.path);
  try {
    migrate(database);
    return new Store(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** How long a process that has other things to do stands still for another one's transaction. */
const BRIEF_MS = 100;

/** An open store. Every public method is one transaction. */
export class Store {
  readonly memories: Memories;
  readonly feed: Feed;
  readonly log: OpLog;
  readonly peers: Peers;
  readonly cursors: Cursors;
  readonly lives: Lives;
  readonly attempts: Attempts;
  readonly nonces: Nonces;
  readonly invites: Invites;
  readonly quarantine: Quarantine;
  readonly rotations: Rotations;
  readonly undo: Undo;
  readonly device: Device;
  readonly path: string;
  readonly #context: StoreContext;

  constructor(database: Database, options: StoreOptions) {
    const sources = {
      database,
      nowMs: options.nowMs ?? Date.now,
      randomUuid: options.randomUuid ?? (() => crypto.randomUUID()),
      randomBytes: options.randomBytes ??
        ((length: number) => crypto.getRandomValues(new Uint8Array(length))),
    };
    this.path = options.path;
    this.device = new Device(sources);
    this.device.record();
    this.#context = { ...sources, deviceId: () => this.device.id() };
    this.memories = new Memories(this.#context);
    this.feed = new Feed(this.#context);
    this.log = new OpLog(this.#context);
    this.peers = new Peers(this.#context);
    this.cursors = new Cursors(this.#context);
    this.lives = new Lives(this.#context);
    this.attempts = new Attempts(this.#context);
    this.nonces = new Nonces(this.#context);
    this.invites = new Invites(this.#context);
    this.quarantine = new Quarantine(this.#context);
    this.rotations = new Rotations(this.#context);
    this.undo = new Undo(this.#context);
  }

  /** The id of this device. */
  get deviceId(): string {
    return this.device.id();
  }

  /**
   * Calls `listener` after each change of memories or peers that this store has made.
   *
   * @returns ends it
   */
  subscribe(listener: () => void): () => void {
    return this.#context.database.subscribe(listener);
  }

  /** Another number whenever another process has changed the database. */
  foreignChanges(): number {
    return this.#context.database.get("PRAGMA data_version")!.data_version as number;
  }

  /**
   * Whether the file that is open is the one that others find: they write to the one that has taken its
   * place, and what is written here ends with this process.
   */
  isInPlace(): boolean {
    return this.#context.database.isInPlace();
  }

  /**
   * From now on no method stands still for long where another process is writing: it throws
   * `database_busy` soon, and {@link Store.whenFree} tries again.
   */
  waitBriefly(): void {
    this.#context.database.busyTimeoutMs = BRIEF_MS;
  }

  /** Whether another process is making a change at this moment. */
  isHeld(): boolean {
    return this.#context.database.isHeld();
  }

  /** Does something with the store as soon as no other process holds it: see {@link whenFree}. */
  whenFree<T>(body: () => T): Promise<T> {
    return whenFree(body);
  }

  /** Runs `body` as one change: the methods it calls become parts of it. */
  transaction<T>(body: () => T): T {
    return this.#context.database.writeDurably(body);
  }

  /** Takes in ops from a peer: see {@link applyBatch}. */
  apply(ops: Iterable<unknown>, origin: BatchOrigin): ApplyResult {
    return applyBatch(this.#context, ops, origin);
  }

  /** Takes in versions of another database: see {@link importVersions}. */
  importVersions(candidates: readonly ImportCandidate[]): ImportResult {
    return importVersions(this.#context, candidates);
  }

  /** Gives one slice of legacy rows their ops; 0 when none is left. */
  logLegacySlice(): number {
    return logLegacySlice(this.#context);
  }

  /** How many memories wait for their op. */
  countLegacy(): number {
    return countLegacy(this.#context);
  }

  stats(): StoreStats {
    return readStats(this.#context);
  }

  /**
   * Makes another device of this one; its memories stay, and nobody is paired with it.
   *
   * @param keyTask what is to be done with the key that it had
   */
  renewDevice(keyTask: KeyTask | null = null): void {
    this.transaction(() => {
      for (const { deviceId } of this.peers.list()) this.peers.remove(deviceId);
      this.device.renew(keyTask);
    });
  }

  /**
   * Begins a new life of a database that was restored: nobody may come by an invitation that stood in
   * the backup, and other devices read the log from its start. What this device has lost of its own
   * writing, peers give back only with a reconciliation, which is due at once.
   */
  beginAnew(): void {
    const { database } = this.#context;
    this.transaction(() => {
      database.run("DELETE FROM sync_invites");
      database.run("UPDATE replication_cursors SET pushed = NULL");
      database.run("UPDATE sync_peers SET reconciled_at = NULL");
      this.device.beginAnew();
    });
  }

  /** Makes the index of the search of the rows that are there, whatever stood in it. */
  indexAnew(): void {
    this.transaction(() => indexAnew(this.#context.database));
  }

  /** Puts the memories of another database of this device in the place of these: see {@link takeContents}. */
  takeContents(path: string): void {
    takeContents(this.#context, this.device, path);
  }

  /** Writes the database as it is now into the empty file at `path`. */
  copyInto(path: string): void {
    this.#context.database.run("VACUUM INTO ?", path);
  }

  /** Has nothing stand beside the file once the store is closed, as a backup should be. */
  leaveInOneFile(): void {
    this.#context.database.exec("PRAGMA journal_mode = DELETE");
  }

  /** What the database is made of: see {@link schemaOf}. */
  schema(): string {
    return schemaOf(this.#context.database);
  }

  /** Whether the digest that is kept is the digest of the rows that are there. */
  digestHolds(): boolean {
    const { database } = this.#context;
    return database.read(() => {
      let counted = EMPTY_DIGEST;
      for (const version of standingVersions(database)) counted = addVersion(counted, version);
      return digestsEqual(counted, readDigest(database));
    });
  }

  /** The versions that stand, row by row. */
  versions(): Generator<Version> {
    return standingVersions(this.#context.database);
  }

  /**
   * Reads the whole database once.
   *
   * @throws database_corrupt where anything in it is damaged
   */
  requireWhole(): void {
    const [row] = this.#context.database.all("PRAGMA integrity_check(1)");
    const found = row?.integrity_check as string;
    const problem = found !== "ok"
      ? found
      : this.digestHolds()
      ? undefined
      : "the digest is not that of the memories";
    if (problem === undefined) return;
    throw new CodememError("database_corrupt", `The database ${this.path} is damaged: ${problem}`, {
      hint: MEND_DATABASE,
    });
  }

  /** What SQLite finds wrong with the file; empty where it finds nothing. */
  integrityProblems(): string[] {
    const rows = this.#context.database.all("PRAGMA quick_check(20)");
    return rows.map(({ quick_check: text }) => text as string).filter((text) => text !== "ok");
  }

  /** Removes what is left of deleted text in the files where that is due: see {@link scrub}. */
  scrub(): boolean {
    return scrub(this.#context.database);
  }

  close(): void {
    this.#context.database.close();
  }
}
