/** A node socket read on demand: what is not asked for waits in the kernel, not in our memory. */
import type { Socket } from "node:net";

/** More than this is left to wait in the kernel. */
const MAX_WAITING_BYTES = 65_536;

/** Hands out what a socket receives. One reader at a time. */
export class SocketReader {
  readonly #socket: Socket;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #ended: boolean;
  #discarding = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#ended = socket.destroyed;
    socket.on("data", (part: Uint8Array) => this.#accept(part));
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  /** The next bytes, or null at the end. */
  async read(): Promise<Uint8Array | null> {
    while (this.#parts.length === 0) {
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = undefined;
    }
    const part = this.#parts.shift()!;
    this.#bytes -= part.length;
    if (this.#socket.isPaused() && this.#bytes <= MAX_WAITING_BYTES) this.#socket.resume();
    return part;
  }

  /** Throws away what is here and whatever still comes, so that the other side can finish sending. */
  discard(): void {
    this.#discarding = true;
    this.#parts = [];
    this.#bytes = 0;
    this.#socket.resume();
  }

  #accept(part: Uint8Array): void {
    if (this.#discarding || part.length === 0) return;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > MAX_WAITING_BYTES) this.#socket.pause();
    this.#wake?.();
  }
}
