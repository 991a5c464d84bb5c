/** The files of a SQLite database that is not ours to touch. */
import { readFileHeader } from "../file_header.ts";
import { refuseImport } from "./refusal.ts";

/** The database at `path` and the sidecars that hold a part of its content. */
export interface SourceFiles {
  /** The real path: SQLite looks for the sidecars beside the target of a link. */
  readonly path: string;
  /** The suffixes of sidecars that hold something: `-wal`, `-journal`. */
  readonly sidecars: readonly string[];
  /** Changes when anyone writes to one of the files. */
  readonly state: string;
}

/** `-shm` is only an index of `-wal`: SQLite builds it anew. */
const SIDECARS = ["-wal", "-journal"];

/**
 * Looks at the files of the database at `path`.
 *
 * @throws invalid_import where a sidecar is another user's, who would decide about all that is read
 */
export function inspectSource(path: string): SourceFiles {
  const real = Deno.realPathSync(path);
  const database = Deno.statSync(real);
  const sidecars = SIDECARS
    .map((suffix) => ({ suffix, info: statIfThere(real + suffix) }))
    .filter(({ suffix, info }) => info !== undefined && info.size > 0 && isUsed(real, suffix));
  for (const { suffix, info } of sidecars) {
    if (info!.uid === database.uid) continue;
    throw refuseImport(path, `${real + suffix} is of another user`, "Remove that file");
  }
  const files = [database, ...sidecars.map(({ info }) => info!)];
  return {
    path: real,
    sidecars: sidecars.map(({ suffix }) => suffix),
    state: [
      ...sidecars.map(({ suffix }) => suffix),
      ...files.map(({ dev, ino, size, mtime }) => `${dev}:${ino}:${size}:${mtime?.getTime()}`),
      changeCounter(real),
      ...sidecars.map(({ suffix }) => logStart(real + suffix)),
    ].join(" "),
  };
}

/** Where a database says that it has no log, one beside it is left from another or was planted there. */
function isUsed(path: string, suffix: string): boolean {
  return suffix !== "-wal" || readFileHeader(path)?.hasLog === true;
}

/** SQLite counts the changes of a file in its header: finer than any clock of a file system. */
function changeCounter(path: string): string {
  return readStart(path, 100).slice(24, 28).join(".");
}

/**
 * With a log the counter stands still. What a copy must not miss is that the log was emptied into the file
 * and begun anew, as long as before: each beginning has other salts (sqlite.org/fileformat.html §4.1).
 */
function logStart(path: string): string {
  try {
    return readStart(path, 32).join(".");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function readStart(path: string, length: number): Uint8Array {
  using file = Deno.openSync(path);
  const start = new Uint8Array(length);
  file.readSync(start);
  return start;
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
