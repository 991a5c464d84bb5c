/** What the first bytes of a file say about it. */
import { systemCode } from "../../errors.ts";
import { refuseImport, WHAT_TO_IMPORT } from "./refusal.ts";

/** The forms that a file for an import can have. */
export type FileForm = "sqlite" | "json_lines" | "json_array";

const SQLITE_MAGIC = "SQLite format 3\0";
/** Enough to see past a byte order mark and blank lines. */
const HEAD_BYTES = 4_096;

/**
 * Tells the form of the file at `path`; whether its content is ours is for its reader to say.
 *
 * @throws invalid_import where there is no file, or it has none of the forms
 */
export function detectForm(path: string): FileForm {
  requireFile(path);
  const head = readHead(path);
  if (head.length === 0) throw refuseImport(path, "the file is empty", WHAT_TO_IMPORT);
  const text = new TextDecoder().decode(head);
  if (text.startsWith(SQLITE_MAGIC)) return "sqlite";
  if (head[0] === 0x1f && head[1] === 0x8b) {
    throw refuseImport(path, "it is compressed", "Unpack it with gunzip, and import the result");
  }
  const first = text.trimStart()[0];
  if (first === "{") return "json_lines";
  if (first === "[") return "json_array";
  throw refuseImport(path, "it is neither a database nor an export of codemem", WHAT_TO_IMPORT);
}

/** A pipe or a device would never end. */
function requireFile(path: string): void {
  const info = access(path, () => Deno.statSync(path));
  if (info.isDirectory) throw refuseImport(path, "it is a folder", WHAT_TO_IMPORT);
  if (!info.isFile) throw refuseImport(path, "it is not a regular file", WHAT_TO_IMPORT);
}

function readHead(path: string): Uint8Array {
  using file = access(path, () => Deno.openSync(path));
  const buffer = new Uint8Array(HEAD_BYTES);
  return buffer.subarray(0, access(path, () => file.readSync(buffer)) ?? 0);
}

/** Translates what the file system threw. */
export function access<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translateFileError(path, error);
  }
}

/** The refusal for what the file system threw about `path`; mistakes come back as they are. */
export function translateFileError(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return refuseImport(path, "there is no such file", "Check the path", error);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return refuseImport(path, "it may not be read", "Check the owner and the permissions", error);
  }
  return systemCode(error) !== undefined
    ? refuseImport(path, "it cannot be read", "Check the disk and the path", error)
    : error;
}
