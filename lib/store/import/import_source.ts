/** What every kind of source offers to an import. */
import type { ImportCandidate } from "./import_candidate.ts";

/** What becomes of a row or record. */
export type RowOutcome =
  | { readonly candidate: ImportCandidate; readonly problem?: undefined }
  /** Why it cannot be taken, in one clause. */
  | { readonly problem: string; readonly candidate?: undefined }
  /** It only marks that its memory moved to another key of the same source, under which it is taken. */
  | { readonly problem?: undefined; readonly candidate?: undefined };

/** One row or record of a source. */
export type SourceItem = RowOutcome & {
  /** The row's id, the line, or the element of the array. */
  readonly row: number;
};

/** An open source. */
export interface ImportSource {
  readonly kind: "upstream-python" | "upstream-typescript" | "codemem" | "export";
  /** `PRAGMA user_version` of a database. */
  readonly userVersion: number | undefined;
  /** How many rows there are, where that is known beforehand. */
  readonly totalRows: number | undefined;
  readonly warnings: readonly string[];
  items(): Iterable<SourceItem>;
  /** @throws database_busy where another program wrote to the source while it was read */
  assertUnchanged(): void;
  close(): void;
}
