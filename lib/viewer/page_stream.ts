/** What one page is told. */
import {
  type ServerSentEventMessage,
  ServerSentEventStream,
} from "@std/http/server-sent-event-stream";

/**
 * The stream to one page. Of a page that does not read, little is kept: of each thing that is told, the
 * newest, in the order in which it was told.
 */
export class PageStream {
  /** The bytes of the answer. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #waiting = new Map<string, ServerSentEventMessage>();
  #controller!: ReadableStreamDefaultController<ServerSentEventMessage>;

  /** @param onEnd is called when the page has gone */
  constructor(onEnd: () => void) {
    const messages = new ReadableStream<ServerSentEventMessage>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pass(),
      cancel: onEnd,
    });
    this.body = messages.pipeThrough(new ServerSentEventStream());
  }

  /**
   * Tells the page something.
   *
   * @param about what it is about: of what the page has yet to read it replaces what is about the same
   */
  tell(about: string, message: ServerSentEventMessage): void {
    this.#waiting.delete(about);
    this.#waiting.set(about, message);
    this.#pass();
  }

  /** Ends it, after what the page has yet to read. */
  close(): void {
    for (const message of this.#waiting.values()) this.#controller.enqueue(message);
    this.#waiting.clear();
    this.#controller.close();
  }

  #pass(): void {
    for (const [about, message] of this.#waiting) {
      if ((this.#controller.desiredSize ?? 0) <= 0) return;
      this.#waiting.delete(about);
      this.#controller.enqueue(message);
    }
  }
}
