/** What a database file says of itself in its first bytes (sqlite.org/fileformat.html §1.3). */

/** The header of a database file. */
export interface FileHeader {
  readonly applicationId: number;
  readonly userVersion: number;
  /** Whether any table was ever made in it. */
  readonly hasSchema: boolean;
  /** Whether a write-ahead log beside the file may belong to it. */
  readonly hasLog: boolean;
}

const HEADER_BYTES = 100;
/** Read and write version of a database that is used with a write-ahead log. */
const WITH_LOG = 2;
const MAGIC = "SQLite format 3\0";

/**
 * Reads the header as it stands in the file; what is still in a write-ahead log is not in it.
 *
 * @returns `undefined` where there is no such file, it cannot be read or is not a database
 */
export function readFileHeader(path: string): FileHeader | undefined {
  const bytes = readStart(path);
  if (bytes === undefined || new TextDecoder().decode(bytes.subarray(0, 16)) !== MAGIC) {
    return undefined;
  }
  const view = new DataView(bytes.buffer);
  return {
    hasSchema: view.getUint32(40) !== 0,
    hasLog: view.getUint8(18) === WITH_LOG && view.getUint8(19) === WITH_LOG,
    userVersion: view.getInt32(60),
    applicationId: view.getInt32(68),
  };
}

function readStart(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(HEADER_BYTES);
    return file.readSync(bytes) === HEADER_BYTES ? bytes : undefined;
  } catch {
    // SQLite will say what is wrong with it.
    return undefined;
  }
}
