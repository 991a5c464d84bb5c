/** Signed requests over a verified connection: both sides prove who they are. */
import { Buffer } from "node:buffer";
import { signRequest } from "../../auth/request_signature.ts";
import { CodememError } from "../../errors.ts";
import { MAX_INFLATED_BYTES } from "../../protocol/limits.ts";
import { decodeRefusal } from "../../protocol/refusal.ts";
import type { LocalDevice, PeerConnection } from "../context.ts";
import { namedRefusal } from "./named_refusal.ts";

/** How long an answer may take. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Options of {@link SignedCaller}. */
export interface SignedCallerOptions {
  readonly connection: PeerConnection;
  readonly device: Pick<LocalDevice, "deviceId" | "privateKey">;
  /** The device at the other end. */
  readonly recipient: string;
  /** What it is called here. */
  readonly recipientName: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly signal: AbortSignal;
  /** The recipient's time minus ours, as far as known. */
  readonly clockOffsetMs: number;
}

/** A request to a peer. */
export interface Call {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly target: string;
  /** JSON. */
  readonly body?: Uint8Array;
  /** How long the answer may take, where that is less than usual. */
  readonly timeoutMs?: number | undefined;
}

/** Signs and sends requests to one device. */
export class SignedCaller {
  readonly #options: SignedCallerOptions;
  #clockOffsetMs: number;

  constructor(options: SignedCallerOptions) {
    this.#options = options;
    this.#clockOffsetMs = options.clockOffsetMs;
  }

  /** The recipient's time minus ours, as it has told. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  /**
   * Sends a request; where only the clocks disagree, once more by the recipient's clock.
   *
   * @returns the body of the answer
   * @throws the recipient's refusal, or what the connection throws
   */
  async call(call: Call): Promise<Uint8Array> {
    try {
      return await this.#send(call);
    } catch (error) {
      const serverMs = skewedTo(error);
      if (serverMs === undefined) throw error;
      this.#clockOffsetMs = serverMs - this.#options.nowMs();
      return await this.#send(call);
    }
  }

  close(): void {
    this.#options.connection.close();
  }

  async #send({ method, target, body, timeoutMs = ANSWER_TIMEOUT_MS }: Call): Promise<Uint8Array> {
    const { connection, device, recipient, recipientName, nowMs, randomBytes, signal } =
      this.#options;
    const signature = signRequest({ method, target, body }, {
      deviceId: device.deviceId,
      privateKey: device.privateKey,
      recipient,
      createdS: Math.floor((nowMs() + this.#clockOffsetMs) / 1_000),
      nonce: Buffer.from(randomBytes(16)).toString("hex"),
    });
    const response = await connection.request({
      method,
      target,
      headers: body === undefined
        ? signature
        : { ...signature, "content-type": "application/json" },
      body,
      timeoutMs,
      maxResponseBytes: MAX_INFLATED_BYTES,
      signal,
    });
    if (response.status === 200) return response.body;
    throw namedRefusal(decodeRefusal(response.status, response.body), recipientName);
  }
}

/** The recipient's time in milliseconds, where it refused a request for nothing but its age. */
function skewedTo(error: unknown): number | undefined {
  if (!(error instanceof CodememError) || error.code !== "clock_skew") return undefined;
  const serverMs = Date.parse(String(error.details.server_time));
  return Number.isNaN(serverMs) ? undefined : serverMs;
}
