/** A file that is being written, beside its place: nobody else's, and under its name only when it is whole. */
import { basename, dirname, join } from "node:path";
import { CodememError } from "../errors.ts";
import { exposedFolder } from "./exposed_folder.ts";
import { type PlaceOptions, putInPlace, removeIfThere } from "./place.ts";

/** It goes away with its disposal unless it was put in its place. */
export class PartialFile implements Disposable {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: Deno.FsFile;
  #isPlaced = false;

  /**
   * Makes it, for its owner alone. What somebody has put under its name is neither followed nor taken.
   *
   * @param path of its place
   * @throws what the system says
   */
  constructor(path: string) {
    this.#path = path;
    this.#temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}`);
    this.#file = Deno.openSync(this.#temporary, { write: true, createNew: true, mode: 0o600 });
  }

  /** Appends. @throws what the system says */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
  }

  /**
   * Gives it its name. Where others can write to the folder, the file that has the name then is the one
   * that was written, or this throws.
   *
   * @returns false where there is one that does not make room
   * @throws {CodememError} `io_failed` where somebody has put another one in its place; what the system
   * says
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
