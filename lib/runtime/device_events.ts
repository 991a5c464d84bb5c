/** Tells those who follow a running device what happens in it. */
import type { DeviceEvent } from "../viewer/running_device.ts";

/** Listeners, and what is told to all of them. */
export class DeviceEvents {
  readonly #listeners = new Set<(event: DeviceEvent) => void>();
  readonly #onFault: (thrown: unknown) => void;

  /** @param onFault is told of what a listener threw */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Calls `listener` for each event. @returns ends it */
  subscribe(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whoever tells is in the middle of something: a listener that fails does not break it. */
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
