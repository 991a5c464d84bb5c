import { hash } from "node:crypto";
import { basename, dirname } from "node:path";
import { whileLocked } from "../bundle/lock_folder.ts";

/** A file in its place. */
export interface Placed {
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

/**
 * Puts an executable in its place at once, and its SHA-256 beside it, in the form of sha256sum. Whenever
 * this is cut off, the file is the old one or the new one, and its SHA-256 is its own or not there.
 *
 * @param file where it is
 * @param output where it goes
 */
export async function putInPlace(file: string, output: string): Promise<Placed> {
  const content = await Deno.readFile(file);
  const sha256 = hash("sha256", content);
  await whileLocked(dirname(output), async () => {
    const partial = `${output}.partial`;
    try {
      await Deno.writeFile(partial, content, { mode: 0o755 });
      await removeIfThere(`${output}.sha256`);
      await Deno.rename(partial, output);
    } finally {
      await removeIfThere(partial);
    }
    await Deno.writeTextFile(`${output}.sha256`, `${sha256}  ${basename(output)}\n`);
  });
  return { bytes: content.length, sha256 };
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
