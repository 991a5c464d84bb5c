/** Discovery of this device's peers on the local network, as its settings want it. */
import type { Settings } from "../config/schema.ts";
import type { DiscoveryFact } from "../model/listener.ts";
import type { Store } from "../store/store.ts";

/** Options of {@link discoverPeers}. */
export interface DiscoverPeersOptions {
  readonly store: Store;
  readonly settings: Settings;
  /** A peer was seen at an address where it was not known to be. */
  readonly onSeen: (peerDeviceId: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Running discovery. */
export interface DeviceDiscovery {
  readonly fact: DiscoveryFact;
  addressesOf(peerDeviceId: string): readonly string[];
  /** Keys of peers or of this device may be others now. */
  followKeys(): void;
  refresh(): void;
  stop(): Promise<void>;
}

/** Starts discovery. */
export function discoverPeers({ settings }: DiscoverPeersOptions): DeviceDiscovery {
  return {
    fact: { enabled: settings.syncMdns, active: false, error: null },
    addressesOf: () => [],
    followKeys() {},
    refresh() {},
    stop: () => Promise.resolve(),
  };
}
