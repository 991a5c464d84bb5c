/** The events of a running device, and those who listen to them. */
import type { DeviceEvent } from "../viewer/running_device.ts";

/** Sends each event to all listeners. */
export class DeviceEvents {
  readonly #listeners = new Set<(event: DeviceEvent) => void>();
  readonly #onFault: (thrown: unknown) => void;

  /** @param onFault told of whatever a listener throws */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Calls `listener` for each event. @returns ends it */
  subscribe(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends an event. A listener that throws does not disturb the sender. */
  tell(event: DeviceEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (thrown) {
        this.#onFault(thrown);
      }
    }
  }
}
