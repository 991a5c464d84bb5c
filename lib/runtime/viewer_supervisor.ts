/** The viewer through the life of a device: opened, moved to another address, closed. */
import type { Settings } from "../config/schema.ts";
import { type CodememError, toCodememError } from "../errors.ts";
import { type HttpListener, listenHttp } from "../net/http_listener.ts";
import { allEnded } from "../time/all_ended.ts";
import { createViewer, type Viewer } from "../viewer/handler.ts";
import { REFUSAL_HEADERS } from "../viewer/respond.ts";
import type { RunningDevice } from "../viewer/running_device.ts";
import { randomBytes } from "./network.ts";

const TOKEN_BYTES = 32;
/** Settings that are changed along with the viewer's address are applied within this time. */
const LEAVING_MS = 5_000;

/** Options of {@link ViewerSupervisor}. */
export interface ViewerSupervisorOptions {
  readonly device: RunningDevice;
  readonly browserScript: () => Promise<string>;
  readonly onFault: (error: CodememError) => void;
}

type Place = Pick<Settings, "viewerHost" | "viewerPort">;

/** Keeps the viewer where the settings say. One call at a time. */
export class ViewerSupervisor {
  readonly #viewer: Viewer;
  readonly #onFault: (error: CodememError) => void;
  #leaving: Promise<unknown> = Promise.resolve();
  #open: { readonly place: Place; readonly listener: HttpListener } | undefined;

  constructor(options: ViewerSupervisorOptions) {
    this.#onFault = options.onFault;
    this.#viewer = createViewer({ ...options, csrfToken: randomBytes(TOKEN_BYTES).toHex() });
  }

  /** Where it is; port 0 where it is not. */
  get place(): { readonly host: string; readonly port: number } {
    return { host: this.#open?.place.viewerHost ?? "", port: this.#open?.listener.port ?? 0 };
  }

  /** @throws port_in_use, address_unavailable */
  async open(place: Place): Promise<void> {
    this.#open = { place, listener: await this.#listen(place) };
  }

  /** Moves it; where that fails it stays where it is. @throws port_in_use, address_unavailable */
  async move({ viewerHost, viewerPort }: Place): Promise<void> {
    const left = this.#open;
    if (left?.place.viewerHost === viewerHost && left.place.viewerPort === viewerPort) return;
    await this.open({ viewerHost, viewerPort });
    // Pages follow what happens at the address they were opened at: they go along to the new one.
    this.#viewer.close(this.place);
    // The request that has asked for it may have come in there, and is answered yet.
    const closing = left?.listener.close({ graceMs: LEAVING_MS });
    this.#leaving = Promise.all([this.#leaving, closing]);
  }

  async close(): Promise<void> {
    this.#viewer.close();
    await allEnded([this.#leaving, this.#open?.listener.close()]);
  }

  #listen({ viewerHost: host, viewerPort: port }: Place): Promise<HttpListener> {
    const onError = (thrown: unknown) => this.#onFault(toCodememError(thrown));
    const { handle: handler } = this.#viewer;
    return listenHttp({ host, port, handler, refusalHeaders: REFUSAL_HEADERS, onError });
  }
}
