/** A connection read by parts, as far as a message needs and no further. */
import { Buffer } from "node:buffer";

/** What is thrown at a reader when its connection ends in the middle of a message. */
export class ConnectionEnded extends Error {
  override readonly name = "ConnectionEnded";
}

/** Reads a connection by parts. One reader at a time. */
export class ByteSource {
  readonly #read: () => Promise<Uint8Array | null>;
  #waiting: Uint8Array = new Uint8Array();
  #reading: Promise<boolean> | undefined;

  /** @param read the next bytes of the connection, or null at its end */
  constructor(read: () => Promise<Uint8Array | null>) {
    this.#read = read;
  }

  /** Whether bytes have come in that nobody has taken. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Takes the bytes before the next `mark`, and the mark itself.
   *
   * @param mark ASCII
   * @param maxBytes how many bytes may come before it
   * @returns the text before the mark, one character for each byte; `undefined` where it does not come
   * within `maxBytes`; null where the connection ended before the first byte
   * @throws {ConnectionEnded} where it ended later
   */
  async takeUntil(mark: string, maxBytes: number): Promise<string | null | undefined> {
    let from = 0;
    while (true) {
      const { buffer, byteOffset, length } = this.#waiting;
      const waiting = Buffer.from(buffer, byteOffset, length);
      const at = waiting.indexOf(mark, from, "latin1");
      if (at !== -1 && at <= maxBytes) {
        this.#waiting = this.#waiting.subarray(at + mark.length);
        return waiting.toString("latin1", 0, at);
      }
      if (at !== -1 || length > maxBytes + mark.length) return undefined;
      from = Math.max(0, length - mark.length + 1);
      if (await this.#more()) continue;
      if (length === 0) return null;
      throw new ConnectionEnded("Cannot read the message: the connection ended within its head");
    }
  }

  /** Resolves to false where the connection ends before another byte comes. */
  async waitForBytes(): Promise<boolean> {
    return this.hasWaiting || await this.#more();
  }

  /**
   * Takes what is here, at least one and at most `maxBytes` bytes.
   *
   * @throws {ConnectionEnded} where nothing comes any more
   */
  async take(maxBytes: number): Promise<Uint8Array> {
    if (!await this.waitForBytes()) {
      throw new ConnectionEnded("Cannot read the message: the connection ended within its body");
    }
    const part = this.#waiting.subarray(0, maxBytes);
    this.#waiting = this.#waiting.subarray(part.length);
    return part;
  }

  /** One read at a time, shared by all who wait, so that no bytes are lost or swapped. */
  #more(): Promise<boolean> {
    return this.#reading ??= this.#readMore().finally(() => this.#reading = undefined);
  }

  async #readMore(): Promise<boolean> {
    const part = await this.#read();
    if (part === null) return false;
    this.#waiting = this.#waiting.length === 0 ? part : Buffer.concat([this.#waiting, part]);
    return true;
  }
}
