/**
 * A running device: every part is built here, in order and visibly, and closed in reverse. `codemem
 * serve` and the tests start the same object.
 */
import type { Paths } from "../config/paths.ts";
import type { Settings } from "../config/schema.ts";
import { watchChanges } from "../daemon/changes.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import { FactsFile } from "../daemon/facts_file.ts";
import { Housekeeper } from "../daemon/housekeeping.ts";
import { acquireLock, type DaemonLock } from "../daemon/lock.ts";
import { LookAround } from "../daemon/look_around.ts";
import { NetworkLook } from "../daemon/network_look.ts";
import { Periodic } from "../daemon/periodic.ts";
import { CodememError, toCodememError } from "../errors.ts";
import type { Keychain } from "../identity/keychain.ts";
import type { FaultFact } from "../model/listener.ts";
import type { RotatedKey } from "../model/rotation.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import type { ResolvedSettings } from "../config/resolve.ts";
import type { Store } from "../store/store.ts";
import type { ServiceReport } from "../sync/status_report.ts";
import { DeviceEvents } from "./device_events.ts";
import { interfaceAddresses } from "./network.ts";
import { SettingsFile } from "./settings_file.ts";
import { SyncKeeper } from "./sync_keeper.ts";
import type { SyncEvents } from "./sync_service.ts";
import { viewerDevice } from "./viewer_device.ts";
import { ViewerKeeper } from "./viewer_keeper.ts";

/** Work on the store that nobody waits for comes up this often, and soon after a change. */
const HOUSEKEEPING_INTERVAL_MS = 2 * 60_000;
const HOUSEKEEPING_DELAY_MS = 2_000;

/** Options of {@link openRuntime}. */
export interface RuntimeOptions extends SyncEvents {
  readonly paths: Paths;
  readonly settings: Settings;
  /** Stays open when the runtime is closed. */
  readonly store: Store;
  readonly version: string;
  /** Reads the settings that hold now, from all sources. */
  readonly readSettings: () => Promise<ResolvedSettings>;
  /** The JavaScript of the viewer's pages. */
  readonly browserScript: () => Promise<string>;
  /** Of the system, where it may hold the key; a file is all there is where it is left out. */
  readonly keychain?: Keychain | undefined;
  /** How the service of this device stands. */
  readonly service: (facts: DaemonFacts) => ServiceReport;
  /** Whether the system runs this process as a service. */
  readonly asService?: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Whether it asks peers by itself, or only answers them; it does unless told otherwise. */
  readonly loop?: boolean;
  /** Comes before everything else, and after it is certain that no other daemon runs. */
  readonly prepare?: () => Promise<void>;
  /** Is called at every look around, for what else is to be looked at. */
  readonly onLook?: () => void;
}

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
    await runtime.close();
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
  readonly #sync: SyncKeeper;
  readonly #viewer: ViewerKeeper;
  #settings: Settings;
  #around: LookAround | undefined;
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
    const housekeeper = new Housekeeper(options.store, () => performance.now());
    this.#housekeeping = new Periodic({
      intervalMs: HOUSEKEEPING_INTERVAL_MS,
      soonMs: HOUSEKEEPING_DELAY_MS,
      work: (signal) => housekeeper.run(signal),
      onError: this.#onFault,
    });
    this.#sync = new SyncKeeper({
      ...options,
      ...this.#syncEvents(),
      keysDir: options.paths.keys,
      loop: options.loop ?? true,
      onInTouch: () => this.#around?.hasten(),
    }, options.settings);
    this.#viewer = this.#newViewer();
  }

  async start(): Promise<void> {
    const { prepare, store } = this.#options;
    const network = new NetworkLook(interfaceAddresses);
    this.#watches.push(() => network.close());
    await prepare?.();
    await store.whenFree(() => store.quarantine.retry());
    store.waitBriefly();
    await this.#viewer.open(this.#settings);
    await this.#sync.start();
    this.#housekeeping.poke();
    this.#watches.push(store.subscribe(() => {
      this.#housekeeping.pokeSoon();
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
    const changes = await Promise.allSettled([
      this.#viewer.move(settings),
      this.#sync.change(settings),
    ]);
    await this.#factsFile.write(this.facts);
    this.#events.tell({ type: "changed" });
    for (const change of changes) if (change.status === "rejected") throw change.reason;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  noteFault(thrown: unknown): void {
    this.#onFault(thrown);
  }

  async #close(): Promise<void> {
    for (const end of this.#watches.splice(0).reverse()) end();
    await this.#changing;
    await this.#housekeeping.stop();
    await this.#sync.stop();
    await this.#viewer.close();
    await this.#factsFile.remove();
    this.#lock.release();
  }

  /** What other processes, the network and the clock do. */
  #keepWatch(network: NetworkLook): void {
    const { store, nowMs, paths, onLook } = this.#options;
    const around = this.#around = new LookAround({
      store,
      network,
      nowMs,
      monotonicMs: () => performance.now(),
      isInTouch: () => this.#sync.service?.isInTouch() ?? false,
      onChanged: () => {
        this.#housekeeping.pokeSoon();
        this.#sync.service?.changed();
        this.#events.tell({ type: "changed" });
      },
      onMoved: () => this.#sync.service?.reconnect(),
      onLook: () => {
        onLook?.();
        this.#lookAtSync();
      },
      onFault: this.#onFault,
    });
    const onChange = () => around.look();
    this.#watches.push(() => around.stop());
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
    this.#changing = this.#changing.then(() => this.#sync.look()).then(() => this.#tellFacts())
      .catch(this.#onFault);
  }

  async #rotateKeys(): Promise<RotatedKey> {
    const rotated = await this.#sync.rotateKeys();
    this.#lookAtSync();
    // Whoever asked for it finds the device as it goes on, and not in between.
    await this.#changing;
    return rotated;
  }

  #newViewer(): ViewerKeeper {
    const { paths, readSettings, browserScript } = this.#options;
    const settingsFile = new SettingsFile({
      path: paths.config,
      read: readSettings,
      check: (settings) => this.#sync.requireListenable(settings),
      apply: (settings) => this.apply(settings),
      failure: () => this.#sync.error,
    });
    const device = viewerDevice({
      ...this.#options,
      sync: this.#sync,
      settingsFile,
      settings: () => this.#settings,
      facts: () => this.facts,
      events: this.#events,
      rotateKeys: () => this.#rotateKeys(),
    });
    return new ViewerKeeper({ device, browserScript, onFault: this.#onFault });
  }

  /** What sync tells goes to whoever started the device, and to the pages. */
  #syncEvents(): SyncEvents {
    const { onSynced, onPaired } = this.#options;
    const events = this.#events;
    return {
      onFault: this.#onFault,
      onSynced(outcome) {
        const { deviceId: peerDeviceId } = outcome.peer;
        events.tell({ type: "synced", peerDeviceId, ok: outcome.error === undefined });
        onSynced?.(outcome);
      },
      onProgress: (peerDeviceId, progress) =>
        events.tell({ type: "progress", peerDeviceId, progress }),
      onNoted: () => events.tell({ type: "changed" }),
      onPaired(peer) {
        events.tell({ type: "paired", peerDeviceId: peer.deviceId, name: peer.name });
        onPaired?.(peer);
      },
    };
  }
}
