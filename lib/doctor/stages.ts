/** The way to a peer, stage by stage. */
import type { CodememError } from "../errors.ts";
import type { Judgement } from "./finding.ts";

/**
 * What has to go well one after the other: the host name is resolved, the connection accepted, the
 * pinned key proven, our signature accepted; the clocks agree, the protocol is ours, and both devices
 * hold the same memories.
 */
export type Stage = "resolve" | "tcp" | "tls" | "signature" | "clock" | "protocol" | "digest";

/** How one stage went. */
export interface StageResult extends Judgement {
  readonly stage: Stage;
  /** Where it failed by an error, and not by a judgement. */
  readonly error?: CodememError;
  readonly elapsedMs: number;
}

/** The stages of one attempt, each timed from the end of the one before. */
export class StageWatch {
  readonly results: StageResult[] = [];
  readonly #monotonicMs: () => number;
  #sinceMs: number;

  /** @param monotonicMs a clock that nobody sets */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#sinceMs = monotonicMs();
  }

  has(stage: Stage): boolean {
    return this.results.some((result) => result.stage === stage);
  }

  /** Ends a stage; a certificate that is learned takes several connections, of which the first counts. */
  end(stage: Stage, judgement: Judgement, error?: CodememError): void {
    if (this.has(stage)) return;
    const nowMs = this.#monotonicMs();
    this.results.push({
      stage,
      ...judgement,
      ...(error !== undefined && { error }),
      elapsedMs: nowMs - this.#sinceMs,
    });
    this.#sinceMs = nowMs;
  }
}
