/** `GET /api/events`: what happens on this device, as it happens. */
import { CodememError, toCodememError } from "../errors.ts";
import { statusJson } from "../sync/report/status_json.ts";
import { PageStream } from "./page_stream.ts";
import type { DeviceEvent, RunningDevice } from "./running_device.ts";

/** A page comes back after this time when the stream has ended. */
const RETRY_MS = 1_000;
/** The status is sent no more often, however much changes. */
const STATUS_INTERVAL_MS = 250;
/** After reading the status, a pause of so many times as long: it takes a tenth of the time at most. */
const STATUS_REST = 9;
/** The pause after the status could not be read, because another process holds the database, say. */
const UNREADABLE_PAUSE_MS = 2_000;
/** A lost connection shows only when something is sent on it. */
const HEARTBEAT_MS = 20_000;
/** A browser has far fewer connections for one site; more than this is a fault or an attack. */
const MAX_STREAMS = 64;

/** Where the viewer is to be found. */
export interface ViewerPlace {
  readonly host: string;
  readonly port: number;
}

/** Options of {@link EventStreams}. */
export interface EventStreamsOptions {
  readonly device: Pick<RunningDevice, "status" | "subscribe">;
  readonly onFault: (error: CodememError) => void;
}

/** Gives each page its stream. While no page has one, nothing is followed and nothing is computed. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #pages = new Set<PageStream>();
  #unfollow: () => void = () => {};
  /** Runs until the status may be sent again. */
  #resting: ReturnType<typeof setTimeout> | undefined;
  #isStale = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /**
   * A stream that begins with the present status.
   *
   * @throws too_many_requests, and what reading the status can fail with
   */
  answer(): Response {
    if (this.#pages.size >= MAX_STREAMS) {
      throw new CodememError("too_many_requests", "Too many pages follow what happens here", {
        hint: "Close some of them",
      });
    }
    const status = this.#status();
    const page = new PageStream(() => this.#leave(page));
    page.send("retry", { retry: RETRY_MS });
    page.send("status", { event: "status", data: status });
    if (this.#pages.size === 0) this.#follow();
    this.#pages.add(page);
    return new Response(page.body, { headers: { "content-type": "text/event-stream" } });
  }

  /**
   * Ends all streams.
   *
   * @param moved where the viewer is from now on; absent where it ends
   */
  close(moved?: ViewerPlace): void {
    for (const page of [...this.#pages]) {
      if (moved !== undefined) page.send("moved", { event: "moved", data: JSON.stringify(moved) });
      this.#leave(page);
      page.close();
    }
  }

  #follow(): void {
    const unsubscribe = this.#options.device.subscribe((event) => this.#take(event));
    const heartbeat = setInterval(() => {
      for (const page of this.#pages) page.send("heartbeat", { comment: "still here" });
    }, HEARTBEAT_MS);
    this.#unfollow = () => {
      unsubscribe();
      clearInterval(heartbeat);
      clearTimeout(this.#resting);
      this.#resting = undefined;
      this.#isStale = false;
    };
  }

  #leave(page: PageStream): void {
    if (this.#pages.delete(page) && this.#pages.size === 0) this.#unfollow();
  }

  #take(event: DeviceEvent): void {
    if (event.type !== "changed") {
      const data = JSON.stringify(eventJson(event));
      // That a pass has ended replaces how far it has come.
      const about = event.type === "paired" ? "paired" : `pass ${event.peerDeviceId}`;
      for (const page of this.#pages) page.send(about, { event: event.type, data });
    }
    this.#isStale = true;
    // Not at once: the change that is told of may not be complete.
    this.#resting ??= setTimeout(() => this.#tellStatus(), 0);
  }

  #tellStatus(): void {
    this.#resting = undefined;
    if (!this.#isStale) return;
    let pauseMs = STATUS_INTERVAL_MS;
    try {
      const beganMs = performance.now();
      const data = this.#status();
      pauseMs = Math.max(pauseMs, STATUS_REST * (performance.now() - beganMs));
      this.#isStale = false;
      for (const page of this.#pages) page.send("status", { event: "status", data });
    } catch (thrown) {
      this.#options.onFault(toCodememError(thrown));
      pauseMs = UNREADABLE_PAUSE_MS;
    }
    this.#resting = setTimeout(() => this.#tellStatus(), pauseMs);
  }

  #status(): string {
    return JSON.stringify(statusJson(this.#options.device.status()));
  }
}

function eventJson(event: Exclude<DeviceEvent, { readonly type: "changed" }>) {
  const peer = { peer_device_id: event.peerDeviceId };
  if (event.type === "paired") return { ...peer, name: event.name };
  if (event.type === "synced") return { ...peer, ok: event.ok };
  const { phase, ops, total } = event.progress;
  return { ...peer, phase, ops, total };
}
