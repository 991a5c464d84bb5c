/** The file in which a daemon keeps its facts up to date. */
import { type DaemonFacts, encodeFacts } from "./facts.ts";

/** Writes facts where they have changed, one write after the other. */
export class FactsFile {
  readonly #path: string;
  #written = "";
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Writes the facts, all at once, unless they are there already. */
  async write(facts: DaemonFacts): Promise<void> {
    const text = encodeFacts(facts);
    if (text === this.#written) return await this.#last;
    this.#written = text;
    const write = this.#last.then(() => this.#replace(text));
    this.#last = write.catch(() => {});
    await write;
  }

  /** Takes the facts away; the lock says the same to those who ask. */
  async remove(): Promise<void> {
    await this.#last;
    try {
      await Deno.remove(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #replace(text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#path}.new`, text, { mode: 0o600 });
    await Deno.rename(`${this.#path}.new`, this.#path);
  }
}
