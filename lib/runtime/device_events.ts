/** Tells those who follow a running device what happens in it. */
import type { DeviceEvent } from "../viewer/running_device.ts";

/** Listeners, and what is told to all of them. */
export class DeviceEvents {
  readonly #listeners = new Set<(event: DeviceEvent) => void>();

  /** Calls `listener` for each event. @returns ends it */
  subscribe(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: DeviceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
