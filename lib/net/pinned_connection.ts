/**
 * A client's connection to one peer, pinned to the peer's certificate: whatever answers has proven to
 * hold the pinned key before the first byte of a request is sent.
 */
import { formatAddress } from "../model/address.ts";
import { CodememError, toCodememError } from "../errors.ts";
import { ConnectionEnded } from "./byte_source.ts";
import { exchange, type HttpRequest, type HttpResponse } from "./http_exchange.ts";
import { type DialOptions, dialTls, type TlsStream } from "./dial_tls.ts";

/** Shorter than a listener waits, so that a request is not sent into a connection being closed. */
const MAX_IDLE_MS = 45_000;

/** A request on a {@link PinnedConnection}. */
export interface PinnedRequest extends HttpRequest {
  /** Until the whole answer is here. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Connects and proves the peer.
 *
 * @throws {CodememError} `unreachable`, `timed_out`, `untrusted_certificate` or `interrupted`
 */
export async function openPinnedConnection(options: DialOptions): Promise<PinnedConnection> {
  return new PinnedConnection(options, await dialTls(options));
}

/** A kept-alive connection; requests on it follow each other. */
export class PinnedConnection {
  readonly #options: DialOptions;
  #stream: TlsStream | undefined;
  #idleSinceMs = performance.now();
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: DialOptions, stream: TlsStream) {
    this.#options = options;
    this.#keep(stream);
  }

  /**
   * Sends a request and reads its answer, whatever its status. Redirects are answers like any other.
   * Connects again first where the connection was ended since the last request; never sends a request
   * a second time, because the first may have arrived.
   *
   * @throws {CodememError} `unreachable` where the connection is lost, `timed_out`, `interrupted`,
   * `untrusted_certificate`; `invalid_response` and `too_large` for an answer that cannot be taken
   */
  request(request: PinnedRequest): Promise<HttpResponse> {
    const result = this.#last.then(() => this.#send(request));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends the connection, and a request that is under way with `interrupted`. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  async #send(request: PinnedRequest): Promise<HttpResponse> {
    if (this.#closed || request.signal?.aborted) throw this.#interrupted();
    const stream = await this.#connected(request.signal);
    let ending: CodememError | undefined;
    const end = (reason: CodememError) => {
      ending ??= reason;
      this.#drop();
    };
    const timer = setTimeout(() => end(this.#timedOut(request.timeoutMs)), request.timeoutMs);
    const abort = () => end(this.#interrupted());
    request.signal?.addEventListener("abort", abort);
    try {
      const { response, keepAlive } = await exchange(
        stream,
        this.#options.certificateName,
        request,
      );
      if (keepAlive) this.#keep(stream);
      else this.#drop();
      return response;
    } catch (error) {
      this.#drop();
      throw ending ?? (this.#closed ? this.#interrupted() : this.#translate(error));
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
    }
  }

  async #connected(signal?: AbortSignal): Promise<TlsStream> {
    const isStale = performance.now() - this.#idleSinceMs > MAX_IDLE_MS;
    // Bytes that nobody asked for are no answer to the next request.
    if (isStale || this.#stream?.source.hasWaiting) this.#drop();
    if (this.#stream !== undefined) return this.#stream;
    const signals = [this.#options.signal, signal].filter((each) => each !== undefined);
    const stream = await dialTls({ ...this.#options, signal: AbortSignal.any(signals) });
    if (this.#closed) {
      stream.close();
      throw this.#interrupted();
    }
    return this.#stream = stream;
  }

  #keep(stream: TlsStream): void {
    this.#stream = stream;
    this.#idleSinceMs = performance.now();
    const forget = () => {
      if (this.#stream === stream) this.#drop();
    };
    // Reading on shows at once when the other side hangs up.
    void stream.source.waitForBytes().then((isAlive) => isAlive || forget(), forget);
  }

  #drop(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #translate(error: unknown): CodememError {
    if (error instanceof CodememError) return error;
    if (!(error instanceof ConnectionEnded) && !isConnectionError(error)) {
      return toCodememError(error);
    }
    return new CodememError(
      "unreachable",
      `Cannot reach ${this.#name()}: the connection was lost`,
      {
        hint: "Check that codemem is running on the other device",
        cause: error,
      },
    );
  }

  #timedOut(timeoutMs: number): CodememError {
    return new CodememError(
      "timed_out",
      `Cannot wait for ${this.#name()}: no answer within ${timeoutMs} ms`,
      { hint: "Check the network between the two devices" },
    );
  }

  #interrupted(): CodememError {
    return new CodememError("interrupted", `Cannot ask ${this.#name()}: it was interrupted`);
  }

  #name(): string {
    return formatAddress(this.#options.address);
  }
}

/** Errors of reading and writing a connection, by their class; our own mistakes are not among them. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) &&
    !(error instanceof RangeError) && !(error instanceof SyntaxError);
}
