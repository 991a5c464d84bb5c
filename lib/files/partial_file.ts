/** A file that is written beside its destination, and gets its name only when it is complete. */
import { basename, dirname, join } from "node:path";
import { CodememError } from "../errors.ts";
import { exposedFolder } from "./exposed_folder.ts";
import { type PlaceOptions, putInPlace, removeIfThere } from "./place.ts";

/** A temporary file, which is removed when it is disposed of, unless it was put in its place. */
export class PartialFile implements Disposable {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: Deno.FsFile;
  #isPlaced = false;

  /**
   * Creates the file, so that only its owner can read it. A file or link of that name is not used.
   *
   * @param path the destination
   * @throws the system's error
   */
  constructor(path: string) {
    this.#path = path;
    this.#temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}`);
    this.#file = Deno.openSync(this.#temporary, { write: true, createNew: true, mode: 0o600 });
  }

  /** Appends bytes. @throws the system's error */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
  }

  /**
   * Gives the file its name. If others can write to the folder, it makes sure that the file of that name is
   * the one that was written.
   *
   * @returns false if there is a file that must not be replaced
   * @throws {CodememError} `io_failed` if somebody has put another file in its place; the system's error
   */
  place(options: PlaceOptions): boolean {
    if (options.durably ?? true) this.#file.syncSync();
    if (exposedFolder(dirname(this.#path)) === undefined) {
      return this.#isPlaced = putInPlace(this.#temporary, this.#path, options);
    }
    this.#requireOwn(this.#temporary);
    this.#isPlaced = putInPlace(this.#temporary, this.#path, options);
    if (this.#isPlaced) this.#requireOwn(this.#path);
    return this.#isPlaced;
  }

  [Symbol.dispose](): void {
    this.#file.close();
    if (!this.#isPlaced) removeIfThere(this.#temporary);
  }

  #requireOwn(path: string): void {
    const [own, found] = [this.#file.statSync(), Deno.lstatSync(path)];
    if (found.isFile && found.ino === own.ino && found.dev === own.dev) return;
    throw new CodememError("io_failed", `Somebody has put another file in the place of ${path}`, {
      hint: "Name a file in a folder that only you can write to",
    });
  }
}
