/** SQLite's failures, translated into the codes of this program. */
import { MEND_DATABASE } from "../model/mend_database.ts";
import { CodememError, type ErrorCode, systemCode } from "../errors.ts";
import { parentFolder } from "../model/parent_folder.ts";

interface Translation {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

const CORRUPT: Translation = {
  code: "database_corrupt",
  what: "the file is damaged or is not a database",
  hint: MEND_DATABASE,
};
const READ_ONLY: Translation = {
  code: "database_read_only",
  what: "it cannot be written",
  hint: "Check the owner and the permissions of the file and of its folder",
};

const CANNOT_OPEN = 14;

/**
 * SQLite's primary result codes (sqlite.org/rescode.html) and the fixed text SQLite has for each: the
 * runtime hands over the number only from some calls, the text from all.
 */
const TRANSLATIONS: readonly (Translation & { resultCode: number; text: string })[] = [
  {
    resultCode: 5,
    text: "database is locked",
    code: "database_busy",
    what: "another process is writing",
    hint: "Try again; if it lasts, look for a process that hangs",
  },
  { resultCode: 8, text: "attempt to write a readonly database", ...READ_ONLY },
  {
    resultCode: 10,
    text: "disk I/O error",
    code: "io_failed",
    what: "the disk reports an error",
    hint: "Check that the disk has room, and that it and its file system are sound",
  },
  { resultCode: 11, text: "database disk image is malformed", ...CORRUPT },
  { resultCode: 11, text: "malformed database schema", ...CORRUPT },
  // The statements are fixed: where they do not fit, somebody has changed the schema.
  { resultCode: 11, text: "no such table", ...CORRUPT },
  { resultCode: 11, text: "no such column", ...CORRUPT },
  { resultCode: 11, text: "has no column named", ...CORRUPT },
  {
    resultCode: 13,
    text: "database or disk is full",
    code: "database_full",
    what: "the disk is full",
    hint: "Free some space; nothing of this change was kept",
  },
  {
    resultCode: CANNOT_OPEN,
    text: "unable to open database file",
    code: "io_failed",
    what: "it cannot be opened",
    hint: "Check that the folder exists and that you may write to it",
  },
  { resultCode: 26, text: "file is not a database", ...CORRUPT },
];

/** Translates what `node:sqlite` threw; anything else comes back as it is. */
export function translateSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof CodememError) return error;
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  if (code !== "ERR_SQLITE_ERROR") return error;
  const primary = typeof errcode === "number" ? errcode & 0xff : undefined;
  const found = TRANSLATIONS.find(({ resultCode, text }) =>
    resultCode === primary || error.message.includes(text)
  );
  if (found === undefined) return error;
  const { code: errorCode, what, hint } = found.resultCode === CANNOT_OPEN && isWriteProtected(path)
    ? READ_ONLY
    : found;
  return new CodememError(errorCode, `Cannot use the database ${path}: ${what}`, {
    hint,
    cause: error,
  });
}

/**
 * A database in a folder without write permission cannot even be read: there is no room for its log.
 * The folder is tried, not the file: closing any descriptor of the file would drop SQLite's locks on it.
 */
function isWriteProtected(path: string): boolean {
  try {
    Deno.removeSync(Deno.makeTempFileSync({ dir: parentFolder(path), prefix: ".codemem-" }));
    return false;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied || systemCode(error) === "EROFS";
  }
}
