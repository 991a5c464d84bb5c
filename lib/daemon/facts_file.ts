/** The file in which a daemon keeps its facts up to date. */
import { removeIfThere } from "../files/place.ts";
import { writePrivateFile } from "../files/private_file.ts";
import { type DaemonFacts, encodeFacts } from "./facts.ts";

/** The file is padded to one block, so that other facts can be written in place on a full disk. */
const BLOCK_BYTES = 4_096;

/** Writes facts if they have changed, one write after the other. */
export class FactsFile {
  readonly #path: string;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Writes the facts atomically, unless the file holds them already: anything else in the file, whoever has
   * written it, is replaced.
   *
   * @throws if that is not possible; then the file is removed, and the next call writes it again
   */
  async write(facts: DaemonFacts): Promise<void> {
    const text = encodeFacts(facts).padEnd(BLOCK_BYTES);
    const write = this.#last.then(() => this.#put(text));
    this.#last = write.catch(() => {});
    await write;
  }

  /** Removes the file; without the lock, the facts mean nothing anyway. */
  async remove(): Promise<void> {
    await this.#last;
    removeIfThere(this.#path);
  }

  async #put(text: string): Promise<void> {
    if (await this.#holds(text)) return;
    try {
      // What it says is over when the machine goes down.
      writePrivateFile(this.#path, text, { replace: true, durably: false });
    } catch (error) {
      // Overwriting in place needs no more room: that works on a full disk, too.
      if (!await this.#overwrite(text)) {
        // No facts are better than outdated ones.
        removeIfThere(this.#path);
        throw error;
      }
    }
  }

  async #holds(text: string): Promise<boolean> {
    return await Deno.readTextFile(this.#path).catch(() => undefined) === text;
  }

  async #overwrite(text: string): Promise<boolean> {
    const bytes = new TextEncoder().encode(text);
    try {
      using file = await Deno.open(this.#path, { write: true });
      const written = await file.write(bytes);
      await file.truncate(bytes.length);
      return written === bytes.length;
    } catch {
      return false;
    }
  }
}
