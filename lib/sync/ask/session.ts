/** A session with one peer. */
import {
  decodeOpPage,
  decodePushResult,
  encodePushBody,
  type OpPage,
  type PushResult,
} from "../../protocol/op_page.ts";
import { decodeStatus, type PeerStatus } from "../../protocol/status.ts";
import { type CallerStanding, statusTarget } from "../../protocol/status_query.ts";
import type { SignedCaller } from "./signed_caller.ts";

/** The requests to a peer. */
export class PeerSession {
  readonly #caller: SignedCaller;
  readonly #standing: () => CallerStanding;

  /** @param standing what this device tells of itself with every question for a status */
  constructor(caller: SignedCaller, standing: () => CallerStanding) {
    this.#caller = caller;
    this.#standing = standing;
  }

  /** The peer's time minus ours, as the peer has told. */
  get clockOffsetMs(): number {
    return this.#caller.clockOffsetMs;
  }

  /** Asks the peer how it stands. @param timeoutMs how long the answer may take */
  async status(timeoutMs?: number): Promise<PeerStatus> {
    const target = statusTarget(this.#standing());
    return decodeStatus(await this.#caller.call({ method: "GET", target, timeoutMs }));
  }

  /**
   * Asks for the ops behind a cursor of the peer; from the start of its log where there is none.
   *
   * @param query `waitS`: so many seconds the peer may take to answer where it has none
   */
  async ops(query: {
    readonly since: string | null;
    readonly limit: number;
    readonly waitS?: number;
  }): Promise<OpPage> {
    const parameters = new URLSearchParams({ limit: String(query.limit) });
    if (query.since !== null) parameters.set("since", query.since);
    if (query.waitS !== undefined) parameters.set("wait", String(query.waitS));
    return decodeOpPage(
      await this.#caller.call({ method: "GET", target: `/v1/ops?${parameters}` }),
    );
  }

  /** Hands over ops, each as its JSON text. */
  async push(ops: readonly string[]): Promise<PushResult> {
    const body = encodePushBody(ops);
    return decodePushResult(
      await this.#caller.call({ method: "POST", target: "/v1/ops", body }),
    );
  }

  close(): void {
    this.#caller.close();
  }
}
