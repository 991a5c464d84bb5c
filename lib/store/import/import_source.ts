/** What every kind of source offers to an import. */
import type { ImportCandidate } from "./import_candidate.ts";

/** One row or record of a source, and what becomes of it. */
export type SourceItem =
  & {
    /** The row's id, the line, or the element of the array. */
    readonly row: number;
  }
  & (
    | { readonly candidate: ImportCandidate; readonly problem?: undefined }
    | { readonly problem: string; readonly candidate?: undefined }
    /** Another row of the source says more of the same memory. */
    | { readonly problem?: undefined; readonly candidate?: undefined }
  );

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
