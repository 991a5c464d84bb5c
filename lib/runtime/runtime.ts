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
import type { FaultFact } from "../model/listener.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { type HttpListener, listenHttp } from "../net/http_listener.ts";
import type { Store } from "../store/store.ts";
import { createViewerHandler, type ViewerFacts } from "../viewer/handler.ts";
import { poll } from "../time/poll.ts";
import { ensureIdentity } from "./identity.ts";
import { interfaceAddresses } from "./network.ts";
import { startSync, type SyncEvents, type SyncService } from "./sync_service.ts";

/** Work on the store that nobody waits for comes up this often, and soon after a change. */
const HOUSEKEEPING_INTERVAL_MS = 2 * 60_000;
const HOUSEKEEPING_DELAY_MS = 2_000;
/** Deno before 2.8 may let a port go only after the listener on it has been closed. */
const PORT_IS_FREE_AFTER_MS = 2_000;

/** Options of {@link openRuntime}. */
export interface RuntimeOptions extends SyncEvents {
  readonly paths: Paths;
  readonly settings: Settings;
  /** Stays open when the runtime is closed. */
  readonly store: Store;
  readonly version: string;
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
  #settings: Settings;
  #viewer: HttpListener | undefined;
  #sync: SyncService | undefined;
  #around: LookAround | undefined;
  #syncError: CodememError | undefined;
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
    const housekeeper = new Housekeeper(options.store, () => performance.now());
    this.#housekeeping = new Periodic({
      intervalMs: HOUSEKEEPING_INTERVAL_MS,
      soonMs: HOUSEKEEPING_DELAY_MS,
      work: (signal) => housekeeper.run(signal),
      onError: this.#onFault,
    });
  }

  async start(): Promise<void> {
    const { prepare, store } = this.#options;
    const network = new NetworkLook(interfaceAddresses);
    this.#watches.push(() => network.close());
    await prepare?.();
    store.quarantine.retry();
    this.#viewer = this.#openViewer(this.#settings);
    await this.#startSync();
    this.#housekeeping.poke();
    this.#watches.push(store.subscribe(() => this.#housekeeping.pokeSoon()));
    await this.#factsFile.write(this.facts);
    this.#keepWatch(network);
  }

  get facts(): DaemonFacts {
    return {
      pid: Deno.pid,
      version: this.#options.version,
      startedAt: this.#startedAt,
      viewer: { host: this.#settings.viewerHost, port: this.#viewer?.port ?? 0 },
      listeners: this.#sync?.listeners ?? [],
      mdns: this.#sync?.discovery ??
        { enabled: this.#settings.syncMdns, active: false, error: null },
      syncError: this.#syncError?.message ?? null,
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
    const before = this.#settings;
    const { viewerHost, viewerPort } = before;
    this.#settings = { ...settings, viewerHost, viewerPort };
    const changes = await Promise.allSettled([
      this.#moveViewer(settings),
      this.#restartSync(before),
    ]);
    await this.#factsFile.write(this.facts);
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
    await this.#sync?.stop();
    await this.#viewer?.close();
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
      isInTouch: () => this.#sync?.isInTouch() ?? false,
      onChanged: () => {
        this.#housekeeping.pokeSoon();
        this.#sync?.changed();
      },
      onMoved: () => this.#sync?.reconnect(),
      onLook: () => {
        onLook?.();
        this.#lookAtDatabase();
        this.#lookAtPort();
        // What discovery can do changes by itself.
        this.#tellFacts();
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

  /** Who restores a backup finds the device silent, and not busy with the file that was put aside. */
  #lookAtDatabase(): void {
    if (this.#sync === undefined || this.#options.store.isInPlace()) return;
    this.#changing = this.#changing.then(() => this.#endSync(replacedDatabase(this.#options.store)))
      .catch(this.#onFault);
  }

  /** Another program may have held the port, and have ended since. */
  #lookAtPort(): void {
    if (this.#syncError?.code !== "port_in_use") return;
    this.#changing = this.#changing.then(async () => {
      if (this.#syncError?.code === "port_in_use") await this.#startSync();
      this.#tellFacts();
    }).catch((error) => {
      this.#syncError = toCodememError(error);
    });
  }

  async #endSync(error: CodememError): Promise<void> {
    const ending = this.#sync;
    if (ending === undefined) return;
    this.#sync = undefined;
    this.#syncError = error;
    this.#onFault(error);
    await ending.stop();
    this.#tellFacts();
  }

  #openViewer({ viewerHost: host, viewerPort: port }: Settings): HttpListener {
    const handler = createViewerHandler(() => this.#viewerFacts());
    return listenHttp({ host, port, handler });
  }

  /** Leaves the viewer where it is, where it cannot be moved. */
  async #moveViewer({ viewerHost, viewerPort }: Settings): Promise<void> {
    const { viewerHost: host, viewerPort: port } = this.#settings;
    if (host === viewerHost && port === viewerPort) return;
    const moved = { ...this.#settings, viewerHost, viewerPort };
    const left = this.#viewer;
    this.#viewer = this.#openViewer(moved);
    this.#settings = moved;
    await left?.close();
  }

  /** Requests under way are not cut for a change that does not concern sync. */
  async #restartSync(before: Settings): Promise<void> {
    const isSame = syncSettings(before) === syncSettings(this.#settings);
    if (isSame && this.#syncError === undefined) return;
    const heldPort = this.#sync === undefined ? undefined : before.syncPort;
    await this.#sync?.stop();
    this.#sync = undefined;
    try {
      if (heldPort === this.#settings.syncPort) await this.#startSyncOnFreedPort();
      else await this.#startSync();
    } catch (error) {
      this.#syncError = toCodememError(error);
      throw error;
    }
  }

  async #startSyncOnFreedPort(): Promise<void> {
    const started = await poll(async () => {
      try {
        await this.#startSync();
        return true;
      } catch (error) {
        if (toCodememError(error).code !== "port_in_use") throw error;
      }
    }, { timeoutMs: PORT_IS_FREE_AFTER_MS });
    // What is still held then is held by another program, and the last try says so.
    if (!started) await this.#startSync();
  }

  async #startSync(): Promise<void> {
    this.#syncError = undefined;
    if (!this.#settings.syncEnabled) return;
    const { store, paths } = this.#options;
    const settings = this.#settings;
    if (!store.isInPlace()) throw replacedDatabase(store);
    const identity = await ensureIdentity({ store, keysDir: paths.keys, settings });
    this.#sync = await startSync({
      ...this.#options,
      onFault: this.#onFault,
      settings: this.#settings,
      identity,
      loop: this.#options.loop ?? true,
      onInTouch: () => this.#around?.hasten(),
    });
  }

  #viewerFacts(): ViewerFacts {
    const { store, version } = this.#options;
    return {
      version,
      deviceName: this.#settings.deviceName,
      live: store.log.snapshot().digest.live,
      syncEnabled: this.#settings.syncEnabled,
      syncError: this.#syncError?.message ?? null,
      listeners: this.facts.listeners,
      peers: store.peers.list(),
    };
  }
}

function replacedDatabase({ path }: Store): CodememError {
  return new CodememError("io_failed", `Another file has taken the place of the database ${path}`, {
    hint: "`codemem sync restart` takes it up",
  });
}

/** What sync is started with, as a text to be compared. */
function syncSettings(settings: Settings): string {
  const { viewerHost: _host, viewerPort: _port, logLevel: _level, ...rest } = settings;
  return JSON.stringify(rest);
}
