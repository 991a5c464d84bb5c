/** The service of one device, in the hands of the system. */
import type { ServiceDefinition } from "./definition.ts";
import type { ServicePlace } from "./service_place.ts";

/** How a service stands, as the system tells it. */
export interface ServiceState {
  readonly enabled: boolean;
  /** Whether it runs, is being started, or waits to be started again. */
  readonly active: boolean;
}

/** What the system can be asked for. Everything throws `no_service_manager` where it cannot be asked. */
export interface Service extends ServicePlace {
  /**
   * Writes and enables it, in place of what was installed before; it is not started.
   *
   * @throws invalid_input, io_failed, service_failed; nothing new is left behind then
   */
  install(definition: ServiceDefinition): Promise<void>;
  /** Stops it and takes it away. */
  uninstall(): Promise<void>;
  /** @throws service_failed where it did not start */
  start(): Promise<void>;
  /** Has it ended, and not started again; it may still be at it for a few seconds. */
  stop(): Promise<void>;
  state(): Promise<ServiceState>;
}
