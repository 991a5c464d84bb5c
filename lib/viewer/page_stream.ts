/** The stream of events to one page (Server-Sent Events, HTML §9.2). */
import {
  type ServerSentEventMessage,
  ServerSentEventStream,
} from "@std/http/server-sent-event-stream";

/**
 * The stream to one page. For a page that does not read, little waits: the newest message about each
 * thing, in the order in which they were sent.
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
   * Sends a message.
   *
   * @param about what it is about: the message replaces one about the same that still waits
   */
  send(about: string, message: ServerSentEventMessage): void {
    this.#waiting.delete(about);
    this.#waiting.set(about, message);
    this.#pass();
  }

  /** Ends the stream after the messages that wait. */
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
