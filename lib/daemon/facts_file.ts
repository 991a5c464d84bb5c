/** The file in which a daemon keeps its facts up to date. */
import { removeIfThere } from "../files/place.ts";
import { writePrivateFile } from "../files/private_file.ts";
import { type DaemonFacts, encodeFacts } from "./facts.ts";

/** The file takes up one block at least, filled with white space: there is room for other facts in it. */
const BLOCK_BYTES = 4_096;

/** Writes facts where they have changed, one write after the other. */
export class FactsFile {
  readonly #path: string;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Writes the facts, all at once, unless they are there already: whatever else stands in the file, by
   * whomever it was written, is replaced.
   *
   * @throws where that is not possible; then the file says nothing, and is written by the next call
   */
  async write(facts: DaemonFacts): Promise<void> {
    const text = encodeFacts(facts).padEnd(BLOCK_BYTES);
    const write = this.#last.then(() => this.#put(text));
    this.#last = write.catch(() => {});
    await write;
  }

  /** Takes the facts away; the lock says the same to those who ask. */
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
      // What is there takes no more room than it has: that works on a full disk, too.
      if (!await this.#overwrite(text)) {
        // No word is better than one that is no longer true.
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
