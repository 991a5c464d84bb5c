/** The files of a SQLite database that is not ours to touch. */

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

/** Looks at the files of the database at `path`. */
export function inspectSource(path: string): SourceFiles {
  const real = Deno.realPathSync(path);
  const sizes = SIDECARS.map((suffix) => ({ suffix, info: statIfThere(real + suffix) }));
  const sidecars = sizes.filter(({ info }) => info !== undefined && info.size > 0);
  const files = [Deno.statSync(real), ...sidecars.map(({ info }) => info!)];
  return {
    path: real,
    sidecars: sidecars.map(({ suffix }) => suffix),
    state: [
      ...sidecars.map(({ suffix }) => suffix),
      ...files.map(({ dev, ino, size, mtime }) => `${dev}:${ino}:${size}:${mtime?.getTime()}`),
      changeCounter(real),
    ].join(" "),
  };
}

/** SQLite counts the changes of a file in its header: finer than any clock of a file system. */
function changeCounter(path: string): string {
  using file = Deno.openSync(path);
  const header = new Uint8Array(100);
  file.readSync(header);
  return header.slice(24, 28).join(".");
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
