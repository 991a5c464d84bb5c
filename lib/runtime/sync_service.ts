/** Sync as long as it is enabled: the listener that answers and the loop that asks. */
import { type CodememError, toCodememError } from "../errors.ts";
import type { Settings } from "../config/schema.ts";
import { logLegacyRows } from "../daemon/housekeeping.ts";
import { LogWatch } from "../daemon/log_watch.ts";
import { Periodic } from "../daemon/periodic.ts";
import { listenTls, type TlsListener } from "../net/tls_listener.ts";
import type { Store } from "../store/store.ts";
import { createSyncHandler } from "../sync/answer.ts";
import { ownAddresses } from "../sync/own_addresses.ts";
import { type Paired, PairingDesk } from "../sync/pairing_desk.ts";
import type { SyncOutcome } from "../sync/sync_peer.ts";
import type { Identity } from "./identity.ts";
import { interfaceAddresses, syncContext } from "./network.ts";
import { syncAll } from "./sync_all.ts";

/** What sync tells of itself while it runs. */
export interface SyncEvents {
  readonly onSynced?: (outcome: SyncOutcome) => void;
  readonly onPaired?: (peer: Paired) => void;
  /** A device that was paired here has spoken to us as a peer. */
  readonly onConfirmed?: (peerDeviceId: string) => void;
  readonly onFault?: (error: CodememError) => void;
}

/** Options of {@link startSync}. */
export interface SyncServiceOptions extends SyncEvents {
  readonly store: Store;
  readonly identity: Identity;
  readonly settings: Settings;
  readonly version: string;
  readonly nowMs: () => number;
  /** Whether to run passes, too; otherwise it only answers. */
  readonly loop: boolean;
}

/** Running sync. */
export interface SyncService {
  readonly facts: TlsListener["facts"];
  /** Asks for a pass with every peer, soon. */
  poke(): void;
  stop(): Promise<void>;
}

/**
 * Starts sync.
 *
 * @throws port_in_use, io_failed where nothing can be listened on
 */
export async function startSync(options: SyncServiceOptions): Promise<SyncService> {
  const { store, identity, settings, onSynced, onPaired, onFault } = options;
  const context = syncContext(options);
  const watch = new LogWatch(
    () => store.log.head().seq,
    (error) => onFault?.(toCodememError(error)),
  );
  const loop = new Periodic({
    intervalMs: settings.syncIntervalS * 1_000,
    async work(signal) {
      await logLegacyRows(store, signal);
      await syncAll(context, { signal, onSynced, onFault });
    },
    onError: (error) => onFault?.(toCodememError(error)),
  });
  const pairing = new PairingDesk(context, {
    ownAddresses: () => ownAddresses(settings, interfaceAddresses()),
    onPaired: (peer) => {
      onPaired?.(peer);
      if (options.loop) loop.poke();
    },
    onConfirmed: options.onConfirmed,
  });
  const listener = await listenTls({
    binds: settings.syncBind,
    port: settings.syncPort,
    privateKey: identity.privateKey,
    certificatePem: identity.certificatePem,
    handler: createSyncHandler(context, {
      pairing,
      waitForOps: (waiting) => watch.wait(waiting),
      onApplied: () => watch.notify(),
      onFault,
    }),
    onError: (error) => onFault?.(toCodememError(error)),
  });
  if (options.loop) loop.poke();
  return {
    facts: listener.facts,
    poke: () => loop.poke(),
    async stop() {
      watch.notify();
      await Promise.all([loop.stop(), listener.close()]);
    },
  };
}
