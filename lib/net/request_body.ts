/** The body of a request on a connection, read as its handler asks for it. */
import { CodememError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import type { BodyFraming } from "./http_head.ts";

const PART_BYTES = 65_536;
/** A chunk's size in hexadecimal digits; extensions of chunks are not spoken here. */
const CHUNK_SIZE = /^[0-9a-fA-F]{1,8}$/;

/** Reads one body; knows when it is at its end, where the next request begins. */
export class RequestBody {
  readonly #source: ByteSource;
  readonly #chunked: boolean;
  readonly #maxBytes: number;
  #left: number;
  #total = 0;
  #done: boolean;

  /** @param maxBytes more is `too_large`, however it is framed */
  constructor(source: ByteSource, framing: BodyFraming, maxBytes: number) {
    this.#source = source;
    this.#chunked = framing.kind === "chunked";
    this.#left = framing.kind === "length" ? framing.bytes : 0;
    this.#done = framing.kind === "none";
    this.#maxBytes = maxBytes;
  }

  /** Whether all of it was read. */
  get done(): boolean {
    return this.#done;
  }

  /**
   * The next part, or null at the end.
   *
   * @throws {CodememError} `too_large`; `invalid_request` where the chunks are not chunks
   */
  async next(): Promise<Uint8Array | null> {
    if (this.#done) return null;
    if (this.#left === 0 && !await this.#nextChunk()) return null;
    const part = await this.#source.take(Math.min(this.#left, PART_BYTES));
    this.#left -= part.length;
    this.#total += part.length;
    if (this.#total > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (this.#left === 0) await this.#endOfChunk();
    return part;
  }

  /** The body as a web stream, read only as fast as it is consumed. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        const part = await this.next();
        if (part === null) controller.close();
        else controller.enqueue(new Uint8Array(part));
      },
    }, { highWaterMark: 0 });
  }

  async #nextChunk(): Promise<boolean> {
    const line = await this.#source.takeUntil("\r\n", 8);
    if (typeof line !== "string" || !CHUNK_SIZE.test(line)) throw badChunk();
    this.#left = parseInt(line, 16);
    if (this.#total + this.#left > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (this.#left > 0) return true;
    // A trailer section would stand here (RFC 9112 §7.1.2); nobody needs one.
    if (await this.#source.takeUntil("\r\n", 0) !== "") throw badChunk();
    this.#done = true;
    return false;
  }

  async #endOfChunk(): Promise<void> {
    if (!this.#chunked) this.#done = true;
    else if (await this.#source.takeUntil("\r\n", 0) !== "") throw badChunk();
  }
}

function tooLarge(maxBytes: number): CodememError {
  return new CodememError(
    "too_large",
    `Cannot take the request: its body is over ${maxBytes} bytes`,
    {
      hint: "Send it in smaller parts",
    },
  );
}

function badChunk(): CodememError {
  return new CodememError("invalid_request", "Cannot read the request: its chunks are malformed", {
    hint: "Send the body with a Content-Length",
  });
}
