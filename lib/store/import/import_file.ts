/** Imports a file: an upstream database, a database of our own, or an export. */
import type { ImportCandidate } from "./import_candidate.ts";
import type { Store } from "../store.ts";
import { nextTurn } from "../../time/next_turn.ts";
import { detectForm } from "./detect.ts";
import { openExport } from "./export_source.ts";
import type { ImportSource, SourceItem } from "./import_source.ts";
import { isOwnDatabase, openOwn } from "./own_source.ts";
import { openUpstream } from "./upstream_source.ts";

/** A row that was not taken, and why. */
export interface SkippedRow {
  /** The row's id in a database, the line or the element in an export. */
  readonly row: number;
  /** One clause. */
  readonly reason: string;
}

/** What an import did. */
export interface ImportReport {
  readonly source: ImportSource["kind"];
  /** `PRAGMA user_version` of a database. */
  readonly userVersion?: number;
  /** Rows read; each is in exactly one of applied, unchanged, stale, superseded and skipped. */
  readonly rows: number;
  /** Versions that now stand here. */
  readonly applied: number;
  /** Versions that stood here already. */
  readonly unchanged: number;
  /** Versions of which a newer one stands here. */
  readonly stale: number;
  /** Rows that only mark that their memory moved to another key of the same source. */
  readonly superseded: number;
  /** Deleted memories among the rows. */
  readonly tombstones: number;
  /** Memories among the rows that were set aside. */
  readonly inactive: number;
  /** Rows about a memory that an earlier row was about; the newest version won. */
  readonly duplicates: number;
  readonly skippedCount: number;
  /** The first {@link MAX_SKIPPED_LISTED} of the rows that were not taken. */
  readonly skipped: readonly SkippedRow[];
  /** What there is to know of the file as a whole. */
  readonly warnings: readonly string[];
}

/** How far an import is. */
export interface ImportProgress {
  readonly rows: number;
  /** Undefined where it is not known beforehand. */
  readonly totalRows: number | undefined;
}

/** Options of {@link importFile}. */
export interface ImportOptions {
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** The folder for a private copy of a database in use; the system's one where not given. */
  readonly tempDir?: string | undefined;
}

/** How many of the rows that were not taken are listed; all are counted. */
const MAX_SKIPPED_LISTED = 100;

/** What one transaction takes in: little enough that the other work of a daemon does not wait long. */
const BATCH_ROWS = 500;
const BATCH_CHARACTERS = 4 * 1024 * 1024;

/**
 * Imports the file at `path` into `store`. The file and its folder stay as they are, and a second
 * import of the same file changes nothing. A row that cannot be taken is reported and skipped.
 *
 * @throws invalid_import where the file is not one to import: then nothing was changed;
 * database_busy where another program wrote to it meanwhile: then an import again completes it
 */
export async function importFile(
  store: Pick<Store, "importVersions">,
  path: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const source = await openImport(path, options);
  try {
    const run = new ImportRun(store, source);
    for (const item of source.items()) {
      run.add(item);
      if (!run.isBatchFull) continue;
      run.flush();
      options.onProgress?.({ rows: run.rows, totalRows: source.totalRows });
      await nextTurn();
    }
    source.assertUnchanged();
    run.flush();
    options.onProgress?.({ rows: run.rows, totalRows: run.rows });
    return run.report();
  } finally {
    source.close();
  }
}

async function openImport(path: string, options: ImportOptions): Promise<ImportSource> {
  const form = detectForm(path);
  if (form !== "sqlite") return openExport(path, form);
  return isOwnDatabase(path) ? await openOwn(path, options) : await openUpstream(path, options);
}

/** One import under way. */
class ImportRun {
  readonly #store: Pick<Store, "importVersions">;
  readonly #source: ImportSource;
  readonly #seen = new Set<string>();
  readonly #skipped: SkippedRow[] = [];
  #batch: { readonly row: number; readonly candidate: ImportCandidate }[] = [];
  #batchCharacters = 0;
  #counts = { rows: 0, applied: 0, unchanged: 0, stale: 0, superseded: 0 };
  #kinds = { tombstones: 0, inactive: 0, duplicates: 0 };
  #skippedCount = 0;

  constructor(store: Pick<Store, "importVersions">, source: ImportSource) {
    this.#store = store;
    this.#source = source;
  }

  get rows(): number {
    return this.#counts.rows;
  }

  get isBatchFull(): boolean {
    return this.#batch.length >= BATCH_ROWS || this.#batchCharacters >= BATCH_CHARACTERS;
  }

  add(item: SourceItem): void {
    this.#counts.rows++;
    if (item.problem !== undefined) this.#skip(item.row, item.problem);
    else if (item.candidate === undefined) this.#counts.superseded++;
    else this.#take(item.row, item.candidate);
  }

  flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchCharacters = 0;
    if (batch.length === 0) return;
    const result = this.#store.importVersions(batch.map(({ candidate }) => candidate));
    this.#counts.applied += result.applied;
    this.#counts.unchanged += result.duplicate;
    this.#counts.stale += result.stale;
    const refused = new Set(result.refused);
    for (const { row, candidate } of batch) {
      if (refused.has(candidate.entityId)) this.#skip(row, "the store refused it");
    }
  }

  report(): ImportReport {
    const { kind, userVersion, warnings } = this.#source;
    return {
      source: kind,
      ...(userVersion === undefined ? {} : { userVersion }),
      ...this.#counts,
      ...this.#kinds,
      skippedCount: this.#skippedCount,
      skipped: this.#skipped,
      warnings,
    };
  }

  #take(row: number, candidate: ImportCandidate): void {
    const { entityId, content } = candidate;
    if (this.#seen.has(entityId)) this.#kinds.duplicates++;
    this.#seen.add(entityId);
    if (content === null) this.#kinds.tombstones++;
    else if (!content.active) this.#kinds.inactive++;
    this.#batch.push({ row, candidate });
    this.#batchCharacters += content?.body.length ?? 0;
  }

  #skip(row: number, reason: string): void {
    this.#skippedCount++;
    if (this.#skipped.length < MAX_SKIPPED_LISTED) this.#skipped.push({ row, reason });
  }
}
