/** The store of a device: its memories, its op log, and what it knows of its peers. */
import type { Version } from "../model/digest.ts";
import type { KeyTask } from "../model/key_place.ts";
import { applyBatch, type ApplyResult, type BatchOrigin } from "./log/apply.ts";
import { Attempts } from "./peers/attempts.ts";
import { takeContents } from "./backup/take_contents.ts";
import type { StoreContext } from "./context.ts";
import { Cursors } from "./log/cursors.ts";
import { Database } from "./database.ts";
import { Device } from "./device.ts";
import type { ImportCandidate } from "./import/import_candidate.ts";
import { Invites } from "./peers/invites.ts";
import { digestHolds, quickProblems, requireIntegrity } from "./integrity.ts";
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

/** How long a process with other work waits for another one's transaction without doing any of it. */
const BRIEF_MS = 100;

/** An open store. Every public method is one transaction. */
export class Store {
  readonly memories: Memories;
  readonly log: OpLog;
  readonly peers: Peers;
  readonly cursors: Cursors;
  readonly lives: Lives;
  readonly attempts: Attempts;
  readonly nonces: Nonces;
  readonly invites: Invites;
  readonly quarantine: Quarantine;
  readonly rotations: Rotations;
  readonly device: Device;
  readonly path: string;
  /** For `Feed` and `Undo`, which most commands would load in vain: whoever uses them makes them. */
  readonly context: StoreContext;

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
    this.context = { ...sources, deviceId: () => this.device.id() };
    this.memories = new Memories(this.context);
    this.log = new OpLog(this.context);
    this.peers = new Peers(this.context);
    this.cursors = new Cursors(this.context);
    this.lives = new Lives(this.context);
    this.attempts = new Attempts(this.context);
    this.nonces = new Nonces(this.context);
    this.invites = new Invites(this.context);
    this.quarantine = new Quarantine(this.context);
    this.rotations = new Rotations(this.context);
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
    return this.context.database.subscribe(listener);
  }

  /** A number that differs after each change of the database by another process. */
  foreignChanges(): number {
    return this.context.database.get("PRAGMA data_version")!.data_version as number;
  }

  /**
   * Whether the file that is open still has its name. Where another file has taken its place, other
   * processes use that one, and what is written here is lost with this process.
   */
  isInPlace(): boolean {
    return this.context.database.isInPlace();
  }

  /**
   * From now on no method waits long for another process that is writing: it throws `database_busy`
   * soon, and {@link Store.whenFree} tries again.
   */
  waitBriefly(): void {
    this.context.database.busyTimeoutMs = BRIEF_MS;
  }

  /** Whether another process is making a change at this moment. */
  isHeld(): boolean {
    return this.context.database.isHeld();
  }

  /** Does something with the store as soon as no other process holds it: see {@link whenFree}. */
  whenFree<T>(body: () => T): Promise<T> {
    return whenFree(body);
  }

  /** Runs `body` as one change: the methods it calls become parts of it. */
  transaction<T>(body: () => T): T {
    return this.context.database.writeDurably(body);
  }

  /** Takes in ops from a peer: see {@link applyBatch}. */
  apply(ops: Iterable<unknown>, origin: BatchOrigin): ApplyResult {
    return applyBatch(this.context, ops, origin);
  }

  /** Takes in versions of another database: see {@link importVersions}. */
  importVersions(candidates: readonly ImportCandidate[]): ImportResult {
    return importVersions(this.context, candidates);
  }

  /** Gives one slice of legacy rows their ops; 0 when none is left. */
  logLegacySlice(): number {
    return logLegacySlice(this.context);
  }

  /** How many memories wait for their op. */
  countLegacy(): number {
    return countLegacy(this.context);
  }

  stats(): StoreStats {
    return readStats(this.context);
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
   * Begins a new life of a database that was restored. Invitations in the backup are void, and other
   * devices read the log from its start. What this device wrote after the backup comes back from its
   * peers with a reconciliation, which is due at once.
   */
  beginAnew(): void {
    const { database } = this.context;
    this.transaction(() => {
      database.run("DELETE FROM sync_invites");
      database.run("UPDATE replication_cursors SET pushed = NULL");
      database.run("UPDATE sync_peers SET reconciled_at = NULL");
      this.device.beginAnew();
    });
  }

  /** Builds the index of the search anew. */
  indexAnew(): void {
    this.transaction(() => indexAnew(this.context.database));
  }

  /** Puts the memories of another database of this device in the place of these: see {@link takeContents}. */
  takeContents(path: string): void {
    takeContents(this.context, this.device, path);
  }

  /** Writes the database as it is now into the empty file at `path`. */
  copyInto(path: string): void {
    this.context.database.run("VACUUM INTO ?", path);
  }

  /** Leaves no write-ahead log beside the file once the store is closed: a backup is one file. */
  leaveInOneFile(): void {
    this.context.database.exec("PRAGMA journal_mode = DELETE");
  }

  /** What the database is made of: see {@link schemaOf}. */
  schema(): string {
    return schemaOf(this.context.database);
  }

  /** The versions that stand, row by row. */
  versions(): Generator<Version> {
    return standingVersions(this.context.database);
  }

  /** Whether the digest that is kept is that of the memories. */
  digestHolds(): boolean {
    return digestHolds(this.context.database);
  }

  /** Reads the whole database once. @throws database_corrupt where anything in it is damaged */
  requireWhole(): void {
    requireIntegrity(this.context.database);
  }

  /** What SQLite finds wrong with the file: see {@link quickProblems}. */
  integrityProblems(): string[] {
    return quickProblems(this.context.database);
  }

  /** Removes what is left of deleted text in the files where that is due: see {@link scrub}. */
  scrub(): boolean {
    return scrub(this.context.database);
  }

  close(): void {
    this.context.database.close();
  }
}
