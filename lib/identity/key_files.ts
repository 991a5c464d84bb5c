/** File operations for keys: private from the first byte, whole or absent, durable. */
import { dirname, join } from "node:path";
import { CodememError } from "../errors.ts";
import { removeIfThere } from "../files/place.ts";
import { writePrivateFile } from "../files/private_file.ts";
import { syncFolder } from "../files/sync_folder.ts";

/** Two key files, and what a few small changes of a database take. */
const RESERVED_BYTES = 262_144;
/** A temporary file of a private key. Those of public keys stay: they are written without the lock. */
const LEFT_KEY = /^\.device\.key\.(?!pub\.)/;

/**
 * Writes a file that must not exist yet, durably.
 *
 * @returns whether it was written; false if a file of that name existed, which stays as it is
 * @throws {CodememError} `io_failed`
 */
export function createFileOnce(path: string, text: string): boolean {
  return io(`write ${path}`, () => writePrivateFile(path, text, { replace: false }));
}

/**
 * Takes up as much room as a new identity needs until it is disposed of, so that a full disk is found before
 * the old identity is given up. {@link removeLeftKeys} removes what a killed process leaves of it.
 *
 * @throws {CodememError} `io_failed` if there is not enough room
 */
export function reserveRoom(folder: string): Disposable {
  const path = io(`reserve room in ${folder}`, () => {
    const path = Deno.makeTempFileSync({ dir: folder, prefix: ".device.key.room." });
    try {
      // Nothing that a file system could store as a hole.
      const block = crypto.getRandomValues(new Uint8Array(65_536));
      fillFile(path, block, RESERVED_BYTES / block.length);
      return path;
    } catch (error) {
      removeIfThere(path);
      throw error;
    }
  });
  return { [Symbol.dispose]: () => void removeIfThere(path) };
}

/** Removes temporary files of private keys that a killed process has left. Call it with the key lock held. */
export function removeLeftKeys(folder: string): void {
  io(`look into the folder ${folder}`, () => {
    for (const { name } of Deno.readDirSync(folder)) {
      if (LEFT_KEY.test(name)) removeIfThere(join(folder, name));
    }
  });
}

/** Replaces a file, or creates it: whole, and durably. @throws {CodememError} `io_failed` */
export function replaceFile(path: string, text: string): void {
  io(`write ${path}`, () => writePrivateFile(path, text, { replace: true }));
}

/**
 * Renames a file, never over another. If that is interrupted, the file has both names, and repeating
 * it finishes it.
 *
 * @returns the new path, or `undefined` if there was nothing to rename
 * @throws {CodememError} `io_failed`
 */
export function moveAside(path: string, target: string): string | undefined {
  return io(`move ${path} aside`, () => {
    try {
      Deno.linkSync(path, target);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      if (!isSameFile(path, target)) throw error;
    }
    Deno.removeSync(path);
    syncFolder(dirname(path));
    return target;
  });
}

/** Renames a file over whatever is at `target`, durably; does nothing if the file does not exist. */
export function renameOver(path: string, target: string): void {
  io(`move ${path}`, () => {
    try {
      Deno.renameSync(path, target);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Removes a file, durably; it may be missing. */
export function removeFile(path: string): void {
  io(`remove ${path}`, () => {
    if (removeIfThere(path)) syncFolder(dirname(path));
  });
}

function fillFile(path: string, block: Uint8Array, times: number): void {
  using file = Deno.openSync(path, { write: true });
  for (let time = 0; time < times; time++) {
    for (let done = 0; done < block.length;) done += file.writeSync(block.subarray(done));
  }
  file.syncSync();
}

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [Deno.statSync(a), Deno.statSync(b)];
  return first.ino === second.ino && first.dev === second.dev;
}

function io<Result>(what: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof CodememError) throw cause;
    throw new CodememError("io_failed", `Cannot ${what}: the file system refused`, {
      hint: "Check that the folder exists, is writable and has space left",
      cause,
    });
  }
}
