/** Requests of which only the newest matters. */
import { type Answer, read } from "../../api.ts";

/** Makes one request at a time: a new one cancels the one before. */
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
