/** Why a daemon has not started: read from what it said on stderr, where nobody was looking. */
import { CodememError, isErrorCode } from "../errors.ts";
import { parseJsonObject } from "./json_object.ts";

/** More than a failure takes; a crash of the runtime may say more. */
const MAX_BYTES = 65_536;

/** Where the next word will stand, in bytes; 0 where there is no file. */
export async function endOfFile(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/**
 * The failure that a `serve --json` has told of since the file was `from` bytes long; `undefined`
 * where there is none.
 */
export async function readFailure(path: string, from: number): Promise<CodememError | undefined> {
  const lines = (await readFrom(path, from)).split("\n");
  return lines.map(decodeFailure).findLast((failure) => failure !== undefined);
}

/** The same of one that is known to have ended: where it has not told why, its last words do. */
export async function readEnd(path: string, from: number): Promise<CodememError> {
  const failure = await readFailure(path, from);
  if (failure !== undefined) return failure;
  const last = (await readFrom(path, from)).trim().split("\n").at(-1);
  const words = last ? `: ${last}` : " without a word";
  return new CodememError("internal", `codemem serve has ended while it was starting${words}`, {
    hint: `What it said is in ${path}`,
  });
}

function decodeFailure(line: string): CodememError | undefined {
  const { error, message, hint } = parseJsonObject(line) ?? {};
  if (!isErrorCode(error)) return undefined;
  return new CodememError(error, String(message), typeof hint === "string" ? { hint } : {});
}

async function readFrom(path: string, from: number): Promise<string> {
  try {
    using file = await Deno.open(path, { read: true });
    await file.seek(from, Deno.SeekMode.Start);
    const bytes = new Uint8Array(MAX_BYTES);
    const length = await file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
