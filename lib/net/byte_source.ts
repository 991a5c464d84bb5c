/** A socket read on demand: bytes wait in the socket, not in our memory, until they are asked for. */
import type { Socket } from "node:net";
import { Buffer } from "node:buffer";

/** More than this is left to wait in the kernel. */
const MAX_WAITING_BYTES = 65_536;

/** What is thrown at a reader when its connection ends in the middle of a message. */
export class ConnectionEnded extends Error {
  override readonly name = "ConnectionEnded";
}

/** Reads a socket by parts. One reader at a time. */
export class ByteSource {
  readonly #socket: Socket;
  #waiting: Uint8Array = new Uint8Array();
  #ended = false;
  #discarding = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => this.#accept(chunk));
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  /** Whether bytes are here that nobody has taken. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Takes the bytes before the next `mark`, and the mark itself.
   *
   * @param mark ASCII
   * @param maxBytes how far to look for it
   * @returns the text before the mark, one character for each byte; `undefined` where it does not come
   * within `maxBytes`; null where the connection ended before the first byte
   * @throws {ConnectionEnded} where it ended later
   */
  async takeUntil(mark: string, maxBytes: number): Promise<string | null | undefined> {
    let from = 0;
    while (true) {
      const waiting = Buffer.from(
        this.#waiting.buffer,
        this.#waiting.byteOffset,
        this.#waiting.length,
      );
      const at = waiting.indexOf(mark, from, "latin1");
      if (at !== -1 && at <= maxBytes) {
        this.#drop(at + mark.length);
        return waiting.toString("latin1", 0, at);
      }
      if (at !== -1 || waiting.length > maxBytes) return undefined;
      from = Math.max(0, waiting.length - mark.length + 1);
      if (!await this.#more()) {
        if (waiting.length === 0) return null;
        throw new ConnectionEnded("Cannot read the request: the connection ended within its head");
      }
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
      throw new ConnectionEnded("Cannot read the request: the connection ended within its body");
    }
    const part = this.#waiting.subarray(0, maxBytes);
    this.#drop(part.length);
    return part;
  }

  /** Throws away what is here and whatever still comes, so that the other side can finish sending. */
  discard(): void {
    this.#discarding = true;
    this.#drop(this.#waiting.length);
  }

  #accept(chunk: Uint8Array): void {
    if (this.#discarding) return;
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    if (this.#waiting.length > MAX_WAITING_BYTES) this.#socket.pause();
    this.#wake?.();
  }

  #drop(bytes: number): void {
    this.#waiting = this.#waiting.subarray(bytes);
    if (this.#socket.isPaused() && this.#waiting.length <= MAX_WAITING_BYTES) this.#socket.resume();
  }

  async #more(): Promise<boolean> {
    const before = this.#waiting.length;
    while (this.#waiting.length === before) {
      if (this.#ended) return false;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = undefined;
    }
    return true;
  }
}
