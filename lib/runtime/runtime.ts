/**
 * A running device: every part is built here, in order and visibly, and closed in reverse. `codemem
 * serve` and the tests start the same object.
 */
import type { Paths } from "../config/paths.ts";
import type { Settings } from "../config/schema.ts";
import { type DaemonFacts, type Fault, removeFacts, writeFacts } from "../daemon/facts.ts";
import { Housekeeper } from "../daemon/housekeeping.ts";
import { acquireLock, type DaemonLock } from "../daemon/lock.ts";
import { Periodic } from "../daemon/periodic.ts";
import { CodememError, toCodememError } from "../errors.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { type HttpListener, listenHttp } from "../net/http_listener.ts";
import type { Store } from "../store/store.ts";
import { createViewerHandler, type ViewerFacts } from "../viewer/handler.ts";
import { ensureIdentity } from "./identity.ts";
import { startSync, type SyncEvents, type SyncService } from "./sync_service.ts";

/** Work on the store that nobody waits for comes up this often. */
const HOUSEKEEPING_INTERVAL_MS = 5_000;

/** However often something breaks, it is written down this often at most. */
const FAULT_PAUSE_MS = 1_000;

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
  /** Comes before everything else, and after it is certain that no other daemon runs. */
  readonly prepare?: () => Promise<void>;
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
  /** Asks for a pass with every peer, soon. */
  poke(): void;
  /** Takes note of something that broke and that the device outlives: for the log and for status. */
  noteFault(error: CodememError): void;
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
  readonly #housekeeping: Periodic;
  #settings: Settings;
  #viewer: HttpListener | undefined;
  #sync: SyncService | undefined;
  #syncError: CodememError | undefined;
  #lastFault: Fault | null = null;
  #faultTimer: ReturnType<typeof setTimeout> | undefined;
  /** Settings that are being taken up: one after the other, and never beside the end. */
  #changing: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  constructor(options: RuntimeOptions, lock: DaemonLock) {
    this.#options = options;
    this.#lock = lock;
    this.#settings = options.settings;
    this.#startedAt = formatTimestamp(options.nowMs());
    const housekeeper = new Housekeeper(options.store, () => performance.now());
    this.#housekeeping = new Periodic({
      intervalMs: HOUSEKEEPING_INTERVAL_MS,
      work: (signal) => housekeeper.run(signal),
      onError: (error) => this.noteFault(toCodememError(error)),
    });
  }

  async start(): Promise<void> {
    await this.#options.prepare?.();
    this.#options.store.quarantine.retry();
    this.#viewer = this.#openViewer(this.#settings);
    await this.#startSync();
    this.#housekeeping.poke();
    await writeFacts(this.#options.paths.daemonFacts, this.facts);
  }

  get facts(): DaemonFacts {
    return {
      pid: Deno.pid,
      version: this.#options.version,
      startedAt: this.#startedAt,
      viewer: { host: this.#settings.viewerHost, port: this.#viewer?.port ?? 0 },
      listeners: this.#sync?.facts ?? [],
      syncError: this.#syncError?.message ?? null,
      asService: this.#options.asService ?? false,
      lastFault: this.#lastFault,
    };
  }

  apply(settings: Settings): Promise<void> {
    if (this.#isClosing) {
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
    await writeFacts(this.#options.paths.daemonFacts, this.facts);
    for (const change of changes) if (change.status === "rejected") throw change.reason;
  }

  poke(): void {
    this.#sync?.poke();
  }

  noteFault(error: CodememError): void {
    const { code, message } = error;
    this.#lastFault = { at: formatTimestamp(this.#options.nowMs()), code, message };
    this.#options.onFault?.(error);
    if (this.#isClosing) return;
    this.#faultTimer ??= setTimeout(() => {
      this.#faultTimer = undefined;
      const saved = this.#changing.then(() =>
        writeFacts(this.#options.paths.daemonFacts, this.facts)
      );
      // Where it cannot be written down, the log still has it.
      this.#changing = saved.catch(() => {});
    }, FAULT_PAUSE_MS);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#faultTimer);
    await this.#changing;
    await this.#housekeeping.stop();
    await this.#sync?.stop();
    await this.#viewer?.close();
    await removeFacts(this.#options.paths.daemonFacts);
    this.#lock.release();
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
    await this.#sync?.stop();
    this.#sync = undefined;
    try {
      await this.#startSync();
    } catch (error) {
      this.#syncError = toCodememError(error);
      throw error;
    }
  }

  async #startSync(): Promise<void> {
    this.#syncError = undefined;
    if (!this.#settings.syncEnabled) return;
    const { store, paths } = this.#options;
    const settings = this.#settings;
    const identity = await ensureIdentity({ store, keysDir: paths.keys, settings });
    this.#sync = await startSync({
      ...this.#options,
      onFault: (error) => this.noteFault(error),
      settings: this.#settings,
      identity,
      loop: true,
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

/** What sync is started with, as a text to be compared. */
function syncSettings(settings: Settings): string {
  const { viewerHost: _host, viewerPort: _port, logLevel: _level, ...rest } = settings;
  return JSON.stringify(rest);
}
