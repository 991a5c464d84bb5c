/** `GET /api/events`: what happens, as it happens (Server-Sent Events, HTML §9.2). */
import {
  type ServerSentEventMessage,
  ServerSentEventStream,
} from "@std/http/server-sent-event-stream";
import { CodememError } from "../errors.ts";
import { statusJson } from "../sync/status_json.ts";
import type { DeviceEvent, RunningDevice } from "./running_device.ts";

/** A page comes back after this time when the stream has ended. */
const RETRY_MS = 1_000;
/** What changes many times in a row is told this often. */
const STATUS_INTERVAL_MS = 250;
/** A browser has far fewer connections for one site; more than this is a fault or an attack. */
const MAX_STREAMS = 64;

/** Gives each page its stream, until the viewer is closed. */
export class EventStreams {
  readonly #device: RunningDevice;
  readonly #open = new Set<PageStream>();

  constructor(device: RunningDevice) {
    this.#device = device;
  }

  /**
   * A stream that begins with how sync stands now.
   *
   * @throws too_many_requests
   */
  answer(): Response {
    if (this.#open.size >= MAX_STREAMS) {
      throw new CodememError("too_many_requests", "Too many pages follow what happens here", {
        hint: "Close some of them",
      });
    }
    const page = new PageStream(this.#device, () => this.#open.delete(page));
    this.#open.add(page);
    const body = page.messages.pipeThrough(new ServerSentEventStream());
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  /** Ends all of them. */
  close(): void {
    for (const page of [...this.#open]) page.close();
  }
}

/** What one page is told. */
class PageStream {
  readonly messages: ReadableStream<ServerSentEventMessage>;
  readonly #device: RunningDevice;
  readonly #onEnd: () => void;
  readonly #unsubscribe: () => void;
  #controller!: ReadableStreamDefaultController<ServerSentEventMessage>;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(device: RunningDevice, onEnd: () => void) {
    this.#device = device;
    this.#onEnd = onEnd;
    this.messages = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#end(),
    });
    this.#controller.enqueue({ retry: RETRY_MS });
    this.#tellStatus();
    this.#unsubscribe = device.subscribe((event) => this.#tell(event));
  }

  close(): void {
    this.#end();
    this.#controller.close();
  }

  #end(): void {
    clearTimeout(this.#telling);
    this.#unsubscribe();
    this.#onEnd();
  }

  #tell(event: DeviceEvent): void {
    if (event.type === "progress") this.#send("progress", progressJson(event));
    if (event.type === "paired") {
      this.#send("paired", { peer_device_id: event.peerDeviceId, name: event.name });
    }
    if (event.type === "synced") {
      this.#send("synced", { peer_device_id: event.peerDeviceId, ok: event.ok });
    }
    this.#telling ??= setTimeout(() => this.#tellStatus(), STATUS_INTERVAL_MS);
  }

  #tellStatus(): void {
    this.#telling = undefined;
    this.#send("status", statusJson(this.#device.status()));
  }

  #send(event: string, data: unknown): void {
    this.#controller.enqueue({ event, data: JSON.stringify(data) });
  }
}

function progressJson(
  { peerDeviceId, progress }: Extract<DeviceEvent, { readonly type: "progress" }>,
) {
  const { phase, ops, total } = progress;
  return { peer_device_id: peerDeviceId, phase, ops, total };
}
