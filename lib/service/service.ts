/** The service of one device, in the hands of the system. */
import type { ServiceDefinition } from "./definition.ts";
import type { ServicePlace } from "./service_place.ts";

/** The state of a service, as the system tells it. */
export interface ServiceState {
  readonly enabled: boolean;
  /** Whether it runs, is being started, or waits to be started again. */
  readonly active: boolean;
}

/** What the system can be asked for. Everything throws `no_service_manager` where it cannot be asked. */
export interface Service {
  readonly place: ServicePlace;
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
  /** Has it ended, and not started again; its process may take a few seconds to end. */
  stop(): Promise<void>;
  state(): Promise<ServiceState>;
}
