/** Opens a database of another program for reading, and leaves it and its folder as they are. */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CodememError } from "../../errors.ts";
import { translateFileError } from "./detect.ts";
import { inspectSource, type SourceFiles } from "./source_files.ts";

/** An open source. */
export interface OpenSource {
  readonly database: DatabaseSync;
  /**
   * Whether another program wrote to the source while it was read in place: what was read may then be
   * partly old and partly new. Never true of a copy.
   */
  hasChanged(): boolean;
  close(): void;
}

/** Options of {@link openSource}. */
export interface OpenSourceOptions {
  /** The folder for a private copy; the system's one for temporary files where not given. */
  readonly tempDir?: string | undefined;
}

const COPY_ATTEMPTS = 5;

/**
 * Opens the database at `path`.
 *
 * A database without sidecars is read in place as an immutable file: no lock, no sidecar. One with a
 * write-ahead log or a journal cannot be read in place without writing beside it (sqlite.org/wal.html,
 * "Read-Only Databases"), so it is copied to a private folder that goes away on close.
 *
 * @throws database_busy where another program keeps writing to it while it is copied
 * @throws invalid_import where the files cannot be read, io_failed where the copy cannot be written
 */
export async function openSource(path: string, options: OpenSourceOptions): Promise<OpenSource> {
  const files = inspect(path);
  return files.sidecars.length === 0 ? openInPlace(files) : await openCopy(files, options);
}

/** The failure of a source that another program is writing to. */
export function sourceBusy(path: string): CodememError {
  return new CodememError(
    "database_busy",
    `Cannot import ${path}: another program is writing to it`,
    { hint: "Stop that program, and import the file again" },
  );
}

function openInPlace(files: SourceFiles): OpenSource {
  const url = pathToFileURL(files.path);
  url.search = "immutable=1";
  const database = new DatabaseSync(url, { readOnly: true });
  return {
    database,
    hasChanged: () => inspect(files.path).state !== files.state,
    close: () => database.close(),
  };
}

async function openCopy(files: SourceFiles, options: OpenSourceOptions): Promise<OpenSource> {
  const folder = makePrivateFolder(options.tempDir);
  const removeFolder = () => Deno.removeSync(folder, { recursive: true });
  try {
    const copy = await copyUndisturbed(files, folder);
    const database = new DatabaseSync(copy);
    const close = () => {
      database.close();
      removeFolder();
    };
    return { database, hasChanged: () => false, close };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

function makePrivateFolder(tempDir: string | undefined): string {
  const options = { prefix: "codemem-import-", ...(tempDir === undefined ? {} : { dir: tempDir }) };
  try {
    return Deno.makeTempDirSync(options);
  } catch (error) {
    throw copyFailed(error);
  }
}

/** Copies again until nobody has written to the files while they were copied. */
async function copyUndisturbed(files: SourceFiles, folder: string): Promise<string> {
  const target = join(folder, "copy.sqlite");
  let before = files;
  for (let attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
    const isWhole = await copyFiles(before, target);
    const after = inspect(before.path);
    if (isWhole && after.state === before.state) return target;
    for (const { name } of Deno.readDirSync(folder)) Deno.removeSync(join(folder, name));
    before = after;
  }
  throw sourceBusy(files.path);
}

/** @returns false where a sidecar went away meanwhile */
async function copyFiles(files: SourceFiles, target: string): Promise<boolean> {
  for (const suffix of ["", ...files.sidecars]) {
    try {
      await Deno.copyFile(files.path + suffix, target + suffix);
      await Deno.chmod(target + suffix, 0o600);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw copyFailed(error);
    }
  }
  return true;
}

function copyFailed(error: unknown): CodememError {
  return new CodememError("io_failed", "Cannot make a private copy of the file to import", {
    hint: "Free some space, or name another folder for temporary files in TMPDIR",
    cause: error,
  });
}

function inspect(path: string): SourceFiles {
  try {
    return inspectSource(path);
  } catch (error) {
    throw translateFileError(path, error);
  }
}
