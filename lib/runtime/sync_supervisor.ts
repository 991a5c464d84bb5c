/** Sync over the life of a device: started, restarted with other settings, stopped, and tried again. */
import type { Settings } from "../config/schema.ts";
import { type CodememError, toCodememError } from "../errors.ts";
import type { Keychain } from "../identity/keychain.ts";
import { type ListenerFact, type SyncFault, toFault } from "../model/listener.ts";
import type { RotatedKey } from "../model/rotation.ts";
import { requireListenable } from "../net/try_listen.ts";
import { poll } from "../time/poll.ts";
import { ensureIdentity } from "./identity.ts";
import { displacement } from "./lost_database.ts";
import { isKeychainError } from "./make_key.ts";
import { rotateKeys } from "./rotate_keys.ts";
import { startSync, type SyncService, type SyncServiceOptions } from "./sync_service.ts";

/** Deno before 2.8 may release a port only some time after its listener was closed. */
const PORT_IS_FREE_AFTER_MS = 2_000;

/** A locked keychain is asked so often: that costs a process each time, and the look up to 3 s. */
const KEYCHAIN_INTERVAL_MS = 10_000;
/** Failures that may pass without any change here. */
const PASSING: ReadonlySet<string | undefined> = new Set([
  "port_in_use",
  "address_unavailable",
  "database_busy",
]);

/** Options of {@link SyncSupervisor}. */
export interface SyncSupervisorOptions extends Omit<SyncServiceOptions, "identity" | "settings"> {
  readonly keysDir: string;
  /** Of the system, where it may hold the key. */
  readonly keychain?: Keychain | undefined;
}

/** Keeps sync running as the settings say. Calls must not overlap. */
export class SyncSupervisor {
  readonly #options: SyncSupervisorOptions;
  #settings: Settings;
  #service: SyncService | undefined;
  #error: CodememError | undefined;
  /** Of the key that it was started with, or was to be; null where that was to be made. */
  #fingerprint: string | null | undefined;
  /** When a keychain that did not answer is asked again, in milliseconds of the monotonic clock. */
  #askAgainMs = Infinity;

  constructor(options: SyncSupervisorOptions, settings: Settings) {
    this.#options = options;
    this.#settings = settings;
  }

  /** `undefined` while it does not run. */
  get service(): SyncService | undefined {
    return this.#service;
  }

  /** Why it does not run although it is enabled. */
  get error(): CodememError | undefined {
    return this.#error;
  }

  /** The same as a value for status and facts. */
  get fault(): SyncFault | null {
    return toFault(this.#error);
  }

  /** Every address to listen on, and whether that succeeded; none while sync is disabled. */
  get listeners(): readonly ListenerFact[] {
    if (this.#service !== undefined) return this.#service.listeners;
    if (this.#error === undefined) return [];
    const { message, hint = null, details } = this.#error;
    if (Array.isArray(details.listeners)) return details.listeners;
    const { syncBind, syncPort: port } = this.#settings;
    const silent = { port, listening: false, error: message, hint };
    return syncBind.map((address) => ({ address, ...silent }));
  }

  /**
   * Starts it where it is enabled. A keychain that does not answer is asked again by `look`; why sync does
   * not run is in `error` until then.
   *
   * @throws port_in_use, address_unavailable, what an identity can fail with
   */
  async start(): Promise<void> {
    this.#error = undefined;
    this.#askAgainMs = Infinity;
    try {
      await this.#start();
    } catch (error) {
      this.#error = toCodememError(error);
      if (!isKeychainError(error)) throw error;
      this.#askAgainMs = performance.now() + KEYCHAIN_INTERVAL_MS;
    }
  }

  /**
   * Requires that sync, where it runs, could listen with other settings as well. It goes on meanwhile.
   *
   * @throws port_in_use, address_unavailable
   */
  async requireListenable({ syncEnabled, syncBind, syncPort }: Settings): Promise<void> {
    if (this.#service === undefined || !syncEnabled) return;
    const port = syncPort === this.#settings.syncPort ? 0 : syncPort;
    await requireListenable({ binds: syncBind, port });
  }

  /** Requests under way are not cut for a change that does not concern sync. @throws as `start` */
  async change(settings: Settings): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    const isSame = syncSettings(before) === syncSettings(settings);
    if (isSame && this.#error === undefined) return;
    const heldPort = this.#service && before.syncPort;
    await this.stop();
    if (heldPort === settings.syncPort) await this.#startOnFreedPort();
    else await this.start();
  }

  /** Reacts to whatever has changed other than the settings; called at every poll. */
  async look(): Promise<void> {
    const { store } = this.#options;
    const displaced = this.#service && displacement(store);
    if (displaced !== undefined) await this.#end(displaced);
    else if (this.#hasOldKey()) await this.#takeUpKey();
    // Another program may have ended, or a network come up. If not, `error` says so again.
    else if (PASSING.has(this.#error?.code)) await this.start().catch(() => {});
    else if (performance.now() >= this.#askAgainMs) await this.start().catch(() => {});
  }

  /**
   * Rotates the key of this device. What runs takes it up at the next look.
   *
   * @throws as {@link rotateKeys}
   */
  async rotateKeys(): Promise<RotatedKey> {
    const { store, keysDir, keychain, nowMs } = this.#options;
    return await rotateKeys({ store, keysDir, keychain, settings: this.#settings }, nowMs());
  }

  async stop(): Promise<void> {
    const ending = this.#service;
    this.#service = undefined;
    await ending?.stop();
  }

  async #start(): Promise<void> {
    this.#fingerprint = undefined;
    if (!this.#settings.syncEnabled) return;
    const { store, keysDir, keychain } = this.#options;
    const settings = this.#settings;
    const displaced = displacement(store);
    if (displaced !== undefined) throw displaced;
    this.#fingerprint = store.device.record().fingerprint;
    const identity = await ensureIdentity({ store, keysDir, settings, keychain });
    this.#fingerprint = identity.fingerprint;
    this.#service = await startSync({ ...this.#options, settings, identity });
  }

  /** Whether the device has another key, or another identity, since sync was started or failed to. */
  #hasOldKey(): boolean {
    if (this.#fingerprint === undefined) return false;
    return this.#options.store.device.record().fingerprint !== this.#fingerprint;
  }

  /** Everything that is open was opened by the old key: it ends, and begins anew with the new one. */
  async #takeUpKey(): Promise<void> {
    await this.stop();
    await this.#startOnFreedPort();
  }

  async #startOnFreedPort(): Promise<void> {
    await poll(async () => {
      await this.start().catch(() => {});
      return this.#error?.code === "port_in_use" ? undefined : true;
    }, { timeoutMs: PORT_IS_FREE_AFTER_MS });
    if (this.#error !== undefined) throw this.#error;
  }

  /** Who restores a backup finds the device silent, and not busy with the file that was put aside. */
  async #end(error: CodememError): Promise<void> {
    this.#error = error;
    this.#options.onFault?.(error);
    await this.stop();
  }
}

/** What sync is started with, as a text to be compared. */
function syncSettings(settings: Settings): string {
  const { viewerHost: _host, viewerPort: _port, logLevel: _level, ...rest } = settings;
  return JSON.stringify(rest);
}
