/** The real network, as sync sees it. */
import { LifeSigner } from "../auth/life_signature.ts";
import { learnCertificate } from "../net/learn_certificate.ts";
import { openPinnedConnection } from "../net/pinned_connection.ts";
import type { Network, SyncContext } from "../sync/context.ts";
import type { InterfaceAddress } from "../sync/own_addresses.ts";
import type { Store } from "../store/store.ts";
import { Transfers } from "../sync/transfers.ts";
import type { Identity } from "./identity.ts";

/** TLS over TCP. */
export const NETWORK: Network = { connect: openPinnedConnection, learnCertificate };

/** The context of sync on this machine. */
export function syncContext(
  parts: {
    readonly store: Store;
    readonly identity: Identity;
    readonly version: string;
    readonly nowMs: () => number;
  },
): SyncContext {
  const { store, identity, version, nowMs } = parts;
  return {
    ...{ store, device: identity, version, nowMs, randomBytes },
    lifeSigner: new LifeSigner(identity.deviceId, identity.privateKey),
    network: NETWORK,
    transfers: new Transfers(),
  };
}

/** The addresses of this machine's interfaces. */
export function interfaceAddresses(): InterfaceAddress[] {
  return Deno.networkInterfaces().map(({ name, address }) => ({ name, address }));
}

/** So many random bytes. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
