/** Discovery of this device's peers on the local network, according to its settings. */
import type { Settings } from "../config/schema.ts";
import { type Discovery, startDiscovery } from "../mdns/discovery.ts";
import type { DiscoveryFact } from "../model/listener.ts";
import type { Store } from "../store/store.ts";
import { announcedAddresses } from "../sync/own_addresses.ts";
import { interfaceAddresses, randomBytes } from "./network.ts";

/** Options of {@link PeerDiscovery}. */
export interface PeerDiscoveryOptions {
  readonly store: Store;
  readonly settings: Pick<Settings, "syncMdns" | "syncBind" | "syncPort" | "syncAdvertise">;
  /** Whether to announce this device as well. */
  readonly announce: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** A peer was seen at an address where it was not known to be. */
  readonly onSeen?: (peerDeviceId: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Running discovery; if the settings disable it, it finds nobody. */
export class PeerDiscovery {
  readonly #options: PeerDiscoveryOptions;
  #discovery: Discovery | undefined;
  /** Identifies the keys in use. */
  #keys: string;
  /** The state of the previous discovery, until the one that replaces it has begun. */
  #before: Discovery["state"] | undefined;

  /** Starts it. */
  constructor(options: PeerDiscoveryOptions) {
    this.#options = options;
    this.#keys = this.#currentKeys();
    if (options.settings.syncMdns) this.#discovery = this.#start();
  }

  get fact(): DiscoveryFact {
    const enabled = this.#options.settings.syncMdns;
    const state = this.#before ?? this.#discovery?.state ?? { active: false, error: null };
    return { enabled, ...state };
  }

  /** Resolves when {@link PeerDiscovery.fact} says how it has begun. */
  async opened(): Promise<void> {
    await this.#discovery?.opened();
  }

  /** `host:port` each, most credible first: where a peer was seen. */
  readonly addressesOf = (peerDeviceId: string): readonly string[] =>
    this.#discovery?.addressesOf(peerDeviceId) ?? [];

  /** Starts again if keys of this device or of peers have changed. */
  followKeys(): void {
    const keys = this.#currentKeys();
    if (this.#discovery === undefined || keys === this.#keys) return;
    this.#keys = keys;
    this.#before ??= this.#discovery.state;
    this.#discovery.stop().catch(this.#options.onFault);
    const started = this.#discovery = this.#start();
    void started.opened().then(() => {
      if (this.#discovery === started) this.#before = undefined;
    });
  }

  /** The network may have changed: searches and announces again. */
  refresh(): void {
    this.#discovery?.refresh();
  }

  async stop(): Promise<void> {
    await this.#discovery?.stop();
  }

  #start(): Discovery {
    const { store, settings, announce, nowMs, onSeen, onFault } = this.#options;
    const advert = {
      discoveryKey: store.device.discoveryKey(),
      addressesOn: (name: string) => announcedAddresses(settings, interfaceAddresses(), name),
    };
    return startDiscovery({
      ...(announce ? { advert } : {}),
      peers: () =>
        store.peers.list().flatMap(({ deviceId, discoveryKey }) =>
          discoveryKey === null ? [] : [{ deviceId, discoveryKey }]
        ),
      onSeen,
      onFault,
      nowMs,
      randomBytes,
    });
  }

  #currentKeys(): string {
    const { store } = this.#options;
    const keys = store.peers.list().map(({ deviceId, discoveryKey }) =>
      `${deviceId} ${discoveryKey?.toHex()}`
    );
    return [store.device.discoveryKey().toHex(), ...keys].join("\n");
  }
}
