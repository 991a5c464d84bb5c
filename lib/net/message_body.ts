/** The body of a message on a connection (RFC 9112 §6), read as its taker asks for it. */
import { Buffer } from "node:buffer";
import type { CodememError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import type { BodyFraming } from "./http_fields.ts";

const PART_BYTES = 65_536;
/** A chunk's size in hexadecimal digits; chunk extensions are refused. */
const CHUNK_SIZE = /^[0-9a-fA-F]{1,8}$/;

/** How much of a body to take, and what to throw where it is not as it must be. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly tooLarge: () => CodememError;
  readonly malformed: () => CodememError;
}

/** Reads one body; knows when it is at its end, where the next message begins. */
export class MessageBody {
  readonly #source: ByteSource;
  readonly #chunked: boolean;
  readonly #limits: BodyLimits;
  #left: number;
  #total = 0;
  #done: boolean;

  constructor(source: ByteSource, framing: BodyFraming, limits: BodyLimits) {
    this.#source = source;
    this.#chunked = framing.kind === "chunked";
    this.#left = framing.kind === "length" ? framing.bytes : 0;
    this.#done = framing.kind === "none";
    this.#limits = limits;
  }

  /** Whether all of it was read. */
  get done(): boolean {
    return this.#done;
  }

  /** How many bytes are still to come; Infinity where that is not known. */
  get remaining(): number {
    if (this.#done) return 0;
    return this.#chunked ? Infinity : this.#left;
  }

  /**
   * The next part, or null at the end.
   *
   * @throws what the limits say: too large, or chunks that are not chunks
   */
  async next(): Promise<Uint8Array | null> {
    if (this.#done) return null;
    if (this.#left === 0 && !await this.#nextChunk()) return null;
    const part = await this.#source.take(Math.min(this.#left, PART_BYTES));
    this.#left -= part.length;
    this.#total += part.length;
    if (this.#total > this.#limits.maxBytes) throw this.#limits.tooLarge();
    if (this.#left === 0) await this.#endOfChunk();
    return part;
  }

  /** All of the rest; errors as {@link next}. */
  async readAll(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let part = await this.next(); part !== null; part = await this.next()) parts.push(part);
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
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
    if (typeof line !== "string" || !CHUNK_SIZE.test(line)) throw this.#limits.malformed();
    this.#left = parseInt(line, 16);
    if (this.#total + this.#left > this.#limits.maxBytes) throw this.#limits.tooLarge();
    if (this.#left > 0) return true;
    // A trailer section would stand here (RFC 9112 §7.1.2); nobody needs one.
    if (await this.#source.takeUntil("\r\n", 0) !== "") throw this.#limits.malformed();
    this.#done = true;
    return false;
  }

  async #endOfChunk(): Promise<void> {
    if (!this.#chunked) this.#done = true;
    else if (await this.#source.takeUntil("\r\n", 0) !== "") throw this.#limits.malformed();
  }
}
