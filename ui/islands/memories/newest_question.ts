/** Questions that make each other superfluous. */
import { type Answer, read } from "../../api.ts";

/** Asks one question at a time: the answer to an older one does not count any more. */
export class NewestQuestion {
  #request: AbortController | undefined;

  /** @returns `undefined` where another question was asked meanwhile */
  async ask<T>(path: string): Promise<Answer<T> | undefined> {
    this.#request?.abort();
    const own = this.#request = new AbortController();
    const answer = await read<T>(path, own.signal).catch(() => undefined);
    return own.signal.aborted ? undefined : answer;
  }
}
