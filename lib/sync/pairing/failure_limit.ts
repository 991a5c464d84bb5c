/** Limits the failures of callers that have not proven who they are, by their address. */
import { CodememError, toCodememError } from "../../errors.ts";

const WINDOW_MS = 60_000;
/** At most this many addresses are counted, so that counting takes little memory. */
const MAX_ADDRESSES = 1_000;

/** Failures by address within the last minute. */
export class FailureLimit {
  readonly #limit: number;
  readonly #failures = new Map<string, number[]>();

  /** @param limit the number of failures allowed per address and minute */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Answers a caller and counts its failure.
   *
   * @param caller `purpose`: what it wants, for the message, such as `pair`; `nowMs`: milliseconds since
   * 1970
   * @throws too_many_requests if it has failed too often; what `answer` throws
   */
  async guard<Answer>(
    caller: {
      readonly address: string;
      readonly purpose: string;
      readonly nowMs: () => number;
    },
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    const { address, purpose, nowMs } = caller;
    if (this.#isReached(address, nowMs())) {
      throw new CodememError("too_many_requests", `Too many failed attempts to ${purpose}`, {
        hint: "Wait a minute and try again",
      });
    }
    try {
      return await answer();
    } catch (error) {
      // The caller corrects its clock with the next request.
      if (toCodememError(error).code !== "clock_skew") this.#add(address, nowMs());
      throw error;
    }
  }

  /** Whether an address has failed too often. */
  #isReached(address: string, nowMs: number): boolean {
    return this.#recent(address, nowMs).length >= this.#limit;
  }

  /** Counts a failure. */
  #add(address: string, nowMs: number): void {
    const recent = [...this.#recent(address, nowMs), nowMs].slice(-this.#limit);
    this.#failures.delete(address);
    this.#failures.set(address, recent);
    if (this.#failures.size > MAX_ADDRESSES) {
      this.#failures.delete(this.#failures.keys().next().value!);
    }
  }

  #recent(address: string, nowMs: number): number[] {
    const failures = this.#failures.get(address) ?? [];
    return failures.filter((atMs) => Math.abs(nowMs - atMs) < WINDOW_MS);
  }
}
