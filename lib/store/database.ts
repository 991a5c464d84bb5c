/** A connection to one SQLite database, and its transactions. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { CodememError } from "../errors.ts";
import { translateSqliteError } from "./sqlite_errors.ts";
import { isBusy } from "./when_free.ts";

/** A value of a column as the store uses them: never a boolean, never a big integer. */
export type Column = string | number | null | Uint8Array;
/** One row of a result, by column name. */
export type Row = Record<string, Column>;

/** How long a statement waits for another process's transaction, unless told otherwise. */
const BUSY_TIMEOUT_MS = 5_000;
/** A checkpoint waits less: it can be made later. */
const CHECKPOINT_TIMEOUT_MS = 100;

/**
 * A database connection. Statements are prepared once and kept; failures of SQLite come out as
 * {@link CodememError}.
 */
export class Database {
  readonly path: string;
  /** Identifies the file that was opened. */
  readonly #file: string | undefined;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #listeners = new Set<() => void>();
  #transaction: "none" | "read" | "write" = "none";
  #busyTimeoutMs = BUSY_TIMEOUT_MS;

  /** @param path of the file, or `:memory:` */
  constructor(path: string) {
    this.path = path;
    this.#connection = this.#guard(() => new DatabaseSync(path));
    try {
      this.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
      this.exec("PRAGMA journal_mode = WAL");
      this.exec("PRAGMA synchronous = NORMAL");
      this.exec("PRAGMA foreign_keys = ON");
      this.exec("PRAGMA secure_delete = ON");
      this.#file = fileAt(path);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#transaction !== "none";
  }

  /** Whether {@link path} is still the file that is open, and not another one in its place. */
  isInPlace(): boolean {
    return fileAt(this.path) === this.#file;
  }

  /** Runs statements that return nothing. */
  exec(sql: string): void {
    this.#guard(() => this.#connection.exec(sql));
  }

  /** Runs one statement; returns how many rows it changed. */
  run(sql: string, ...values: Column[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(...values as SQLInputValue[]).changes));
  }

  /** Inserts one row; returns its row id, or `undefined` where a conflict has kept it out. */
  insert(sql: string, ...values: Column[]): number | undefined {
    return this.#guard(() => {
      const { changes, lastInsertRowid } = this.#prepare(sql).run(...values as SQLInputValue[]);
      return Number(changes) === 0 ? undefined : Number(lastInsertRowid);
    });
  }

  /** The first row of a query. */
  get(sql: string, ...values: Column[]): Row | undefined {
    return this.#guard(() =>
      this.#prepare(sql).get(...values as SQLInputValue[]) as Row | undefined
    );
  }

  /** All rows of a query. */
  all(sql: string, ...values: Column[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(...values as SQLInputValue[]) as Row[]);
  }

  /** The rows of a query one by one, for as long as they are asked for. */
  *each(sql: string, ...values: Column[]): Generator<Row> {
    const rows = this.#guard(() => this.#prepare(sql).iterate(...values as SQLInputValue[]));
    try {
      for (;;) {
        const next = this.#guard(() => rows.next());
        if (next.done === true) return;
        yield next.value as Row;
      }
    } finally {
      // An unfinished query keeps its view of the database, and no checkpoint can empty the log then.
      this.#guard(() => rows.return?.());
    }
  }

  /** Runs `body` with one unchanging view of the database; within a transaction, as part of it. */
  read<T>(body: () => T): T {
    return this.#transaction === "none" ? this.#transact("read", "BEGIN", body) : body();
  }

  /**
   * Runs `body` as one change: all of it is kept, or, where it throws, none. Within a change it is part
   * of that one.
   */
  write<T>(body: () => T): T {
    if (this.#transaction === "write") return body();
    if (this.#transaction === "none") return this.#transact("write", "BEGIN IMMEDIATE", body);
    throw new CodememError("internal", "Cannot change the database while reading it");
  }

  /**
   * As {@link write}, and on the disk before it returns: for memories and pins. Nonces, attempts and
   * contacts do without: the last of them may be lost when the power fails.
   */
  writeDurably<T>(body: () => T): T {
    if (this.#transaction !== "none") return this.write(body);
    const result = this.#writeToDisk(body);
    for (const listener of this.#listeners) listener();
    return result;
  }

  /** Calls `listener` after each durable change, until the function that is returned is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Moves the write-ahead log into the database and empties it.
   *
   * @returns false where a reader or a writer was in the way
   */
  truncateLog(): boolean {
    this.exec(`PRAGMA busy_timeout = ${CHECKPOINT_TIMEOUT_MS}`);
    try {
      return this.get("PRAGMA wal_checkpoint(TRUNCATE)")?.busy === 0;
    } finally {
      this.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
    }
  }

  /** How long a statement waits for another process's transaction; nothing else happens meanwhile. */
  set busyTimeoutMs(timeoutMs: number) {
    this.#busyTimeoutMs = timeoutMs;
    this.exec(`PRAGMA busy_timeout = ${timeoutMs}`);
  }

  /** Whether another process is making a change at this moment. */
  isHeld(): boolean {
    this.exec("PRAGMA busy_timeout = 0");
    try {
      this.write(() => {});
      return false;
    } catch (error) {
      return isBusy(error);
    } finally {
      this.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.#connection.close();
  }

  #writeToDisk<T>(body: () => T): T {
    this.exec("PRAGMA synchronous = FULL");
    try {
      return this.write(body);
    } finally {
      this.exec("PRAGMA synchronous = NORMAL");
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #transact<T>(kind: "read" | "write", begin: string, body: () => T): T {
    this.exec(begin);
    this.#transaction = kind;
    try {
      const result = body();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#transaction = "none";
    }
  }

  /** SQLite has rolled back by itself after some failures, and then refuses to do it again. */
  #rollBack(): void {
    if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
  }

  #guard<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw translateSqliteError(error, this.path);
    }
  }
}

/** Identifies the file, whatever its name; `undefined` where there is none, as for `:memory:`. */
function fileAt(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev} ${ino}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
