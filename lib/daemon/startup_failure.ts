/** Why a daemon has not started: read from the file to which its stderr goes. */
import { CodememError, isErrorCode } from "../errors.ts";
import { parseJsonObject } from "./json_object.ts";

/** More than a failure takes; a crash of the runtime may write more. */
const MAX_BYTES = 65_536;

/** The size of a file in bytes; 0 if it does not exist. */
export async function endOfFile(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/**
 * The failure that a `serve --json` has written since the file was `from` bytes long; `undefined` if there
 * is none.
 */
export async function readFailure(path: string, from: number): Promise<CodememError | undefined> {
  const lines = (await readFrom(path, from)).split("\n");
  return lines.map(decodeFailure).findLast((failure) => failure !== undefined);
}

/** The same for a process that has ended: if it has not written a failure, its last line is the message. */
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
