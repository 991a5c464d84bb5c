/**
 * A running device: every part is built here, in order and visibly, and closed in reverse. `codemem
 * serve` and the tests start the same object.
 */
import type { Settings } from "../config/schema.ts";
import { watchChanges } from "../daemon/changes.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import { FactsFile } from "../daemon/facts_file.ts";
import { periodicHousekeeping } from "../daemon/housekeeping.ts";
import { acquireLock, type DaemonLock } from "../daemon/lock.ts";
import { SystemPoller } from "../daemon/system_poller.ts";
import { NetworkMonitor } from "../daemon/network_monitor.ts";
import type { Periodic } from "../daemon/periodic.ts";
import { CodememError, toCodememError } from "../errors.ts";
import type { FaultFact } from "../model/listener.ts";
import type { RotatedKey } from "../model/rotation.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { allEnded } from "../time/all_ended.ts";
import { closeAll } from "./close_all.ts";
import { DeviceEvents } from "./device_events.ts";
import { IdentityWatch } from "./identity_watch.ts";
import { interfaceAddresses } from "./network.ts";
import type { RuntimeOptions } from "./runtime_options.ts";
import { SettingsFile } from "./settings_file.ts";
import { syncEvents } from "./sync_events.ts";
import { SyncSupervisor } from "./sync_supervisor.ts";
import { viewerDevice } from "./viewer_device.ts";
import { ViewerSupervisor } from "./viewer_supervisor.ts";

/** A running device. */
export interface Runtime {
  readonly facts: DaemonFacts;
  /**
   * Takes up other settings without a restart.
   *
   * @throws port_in_use and the like; what could not be changed is then as {@link Runtime.facts}
   * says. `not_running` where the device is being stopped or has been
   */
  apply(settings: Settings): Promise<void>;
  /**
   * Takes note of something that broke and that the device outlives: for the log and for status.
   *
   * @param thrown whatever was thrown
   */
  noteFault(thrown: unknown): void;
  /**
   * Ends every part and lets go of the device, whatever fails meanwhile.
   *
   * @throws the first of these failures
   */
  close(): Promise<void>;
}

/**
 * Starts a device.
 *
 * @throws already_running, port_in_use, and what an identity can fail with; nothing runs then
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const lock = await acquireLock(options.paths.lock);
  const runtime = new OpenRuntime(options, lock);
  try {
    await runtime.start();
    return runtime;
  } catch (error) {
    // Why it could not start matters more than what could not be closed then.
    await runtime.close().catch((failure) => runtime.noteFault(failure));
    throw error;
  }
}

class OpenRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #lock: DaemonLock;
  readonly #startedAt: string;
  readonly #factsFile: FactsFile;
  readonly #housekeeping: Periodic;
  readonly #events: DeviceEvents;
  readonly #sync: SyncSupervisor;
  readonly #identity: IdentityWatch;
  readonly #viewer: ViewerSupervisor;
  #settings: Settings;
  #poller: SystemPoller | undefined;
  #fault: FaultFact | null = null;
  /** Ends what keeps watch, the last begun first. */
  readonly #watches: (() => void)[] = [];
  /** Settings that are being taken up: one after the other, and never beside the end. */
  #changing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: RuntimeOptions, lock: DaemonLock) {
    this.#options = options;
    this.#lock = lock;
    this.#settings = options.settings;
    this.#startedAt = formatTimestamp(options.nowMs());
    this.#factsFile = new FactsFile(options.paths.daemonFacts);
    this.#events = new DeviceEvents(this.#onFault);
    this.#housekeeping = periodicHousekeeping(options.store, {
      monotonicMs: () => performance.now(),
      onError: this.#onFault,
    });
    this.#sync = new SyncSupervisor({
      ...options,
      ...syncEvents(options, this.#events, this.#onFault),
      keysDir: options.paths.keys,
      loop: options.loop ?? true,
      onInTouch: () => this.#poller?.speedUp(),
    }, options.settings);
    this.#identity = new IdentityWatch({
      store: options.store,
      keysDir: options.paths.keys,
      onChanged: () => this.#events.tell({ type: "changed" }),
    });
    this.#viewer = this.#newViewer();
  }

  async start(): Promise<void> {
    const { prepare, store } = this.#options;
    const network = new NetworkMonitor(interfaceAddresses);
    this.#watches.push(() => network.close());
    await prepare?.();
    await store.whenFree(() => store.quarantine.retry());
    store.waitBriefly();
    await this.#viewer.open(this.#settings);
    await this.#sync.start();
    this.#housekeeping.runNow();
    this.#watches.push(store.subscribe(() => {
      this.#housekeeping.runSoon();
      this.#events.tell({ type: "changed" });
    }));
    await this.#factsFile.write(this.facts);
    this.#keepWatch(network);
  }

  get facts(): DaemonFacts {
    return {
      pid: Deno.pid,
      version: this.#options.version,
      startedAt: this.#startedAt,
      viewer: this.#viewer.place,
      listeners: this.#sync.listeners,
      mdns: this.#sync.service?.discovery ??
        { enabled: this.#settings.syncMdns, active: false, error: null },
      fingerprint: this.#sync.service?.identity.fingerprint ?? null,
      syncError: this.#sync.fault,
      asService: this.#options.asService ?? false,
      fault: this.#fault,
    };
  }

  apply(settings: Settings): Promise<void> {
    if (this.#closing !== undefined) {
      return Promise.reject(new CodememError("not_running", "codemem serve is ending"));
    }
    const change = this.#changing.then(() => this.#change(settings));
    // Who asked for the change is told of its failure; the next one comes after it all the same.
    this.#changing = change.catch(() => {});
    return change;
  }

  async #change(settings: Settings): Promise<void> {
    this.#settings = settings;
    try {
      await allEnded([this.#viewer.move(settings), this.#sync.change(settings)]);
    } finally {
      await this.#factsFile.write(this.facts);
      this.#events.tell({ type: "changed" });
    }
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  noteFault(thrown: unknown): void {
    this.#onFault(thrown);
  }

  #close(): Promise<void> {
    return closeAll([
      ...this.#watches.splice(0).reverse(),
      () => this.#changing,
      () => this.#housekeeping.stop(),
      () => this.#sync.stop(),
      () => this.#viewer.close(),
      () => this.#factsFile.remove(),
      () => this.#lock.release(),
    ]);
  }

  /** What other processes, the network and the clock do. */
  #keepWatch(network: NetworkMonitor): void {
    const { store, nowMs, paths, onPoll } = this.#options;
    const poller = this.#poller = new SystemPoller({
      store,
      network,
      nowMs,
      monotonicMs: () => performance.now(),
      isInTouch: () => this.#sync.service?.isInTouch() ?? false,
      onChanged: () => {
        this.#housekeeping.runSoon();
        this.#sync.service?.changed();
        this.#events.tell({ type: "changed" });
      },
      onMoved: () => this.#sync.service?.reconnect(),
      onPoll: () => {
        onPoll?.();
        this.#lookAtSync();
      },
      onFault: this.#onFault,
    });
    const onChange = () => poller.poll();
    this.#watches.push(() => poller.stop());
    this.#watches.push(watchChanges(paths.changes, { onChange, onFault: this.#onFault }));
  }

  readonly #onFault = (thrown: unknown): void => {
    const error = toCodememError(thrown);
    this.#fault = { message: error.message, at: formatTimestamp(this.#options.nowMs()) };
    this.#options.onFault?.(error);
  };

  #tellFacts(): void {
    if (this.#closing === undefined) this.#factsFile.write(this.facts).catch(this.#onFault);
  }

  #lookAtSync(): void {
    // What discovery can do changes by itself, too.
    this.#changing = this.#changing.then(() => this.#sync.look()).catch(this.#onFault)
      .then(() => this.#identity.look()).catch(this.#onFault)
      .then(() => this.#tellFacts());
  }

  async #rotateKeys(): Promise<RotatedKey> {
    const rotated = await this.#sync.rotateKeys();
    this.#lookAtSync();
    // Whoever asked for it finds the device as it goes on, and not in between.
    await this.#changing;
    return rotated;
  }

  #newViewer(): ViewerSupervisor {
    const { paths, readSettings, browserScript } = this.#options;
    const settingsFile = new SettingsFile({
      path: paths.config,
      read: readSettings,
      check: (settings) => this.#sync.requireListenable(settings),
      apply: (settings) => this.apply(settings),
      failure: () => this.#sync.error,
      onFault: this.#onFault,
    });
    const device = viewerDevice({
      ...this.#options,
      sync: this.#sync,
      settingsFile,
      settings: () => this.#settings,
      facts: () => this.facts,
      identityFault: () => this.#identity.fault,
      events: this.#events,
      rotateKeys: () => this.#rotateKeys(),
    });
    return new ViewerSupervisor({ device, browserScript, onFault: this.#onFault });
  }
}
