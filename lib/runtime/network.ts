/** The real network, as sync sees it. */
import { learnCertificate } from "../net/learn_certificate.ts";
import { openPinnedConnection } from "../net/pinned_connection.ts";
import type { Network, SyncContext } from "../sync/context.ts";
import type { InterfaceAddress } from "../sync/own_addresses.ts";
import type { Store } from "../store/store.ts";
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
  return { store, device: identity, network: NETWORK, version, nowMs, randomBytes };
}

/** The addresses of this machine's interfaces. */
export function interfaceAddresses(): InterfaceAddress[] {
  return Deno.networkInterfaces().map(({ name, address }) => ({ name, address }));
}

/** A text that is another one when interfaces, addresses or links have come or gone. */
export function networkFingerprint(): string {
  const addresses = interfaceAddresses();
  const names = [...new Set(addresses.map(({ name }) => name))].sort();
  const links = names.map((name) => `${name} ${linkState(name)}`);
  return [...links, ...addresses.map(({ name, address }) => `${name} ${address}`).sort()].join(
    "\n",
  );
}

/**
 * Whether an interface has a link, as Linux tells: an address stays when a cable is pulled. Elsewhere
 * the address goes with the link.
 */
function linkState(name: string): string {
  if (Deno.build.os !== "linux") return "";
  try {
    return Deno.readTextFileSync(`/sys/class/net/${name}/operstate`).trim();
  } catch {
    // It has gone since it was listed, or there is no such file system here.
    return "";
  }
}

/** So many random bytes. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
