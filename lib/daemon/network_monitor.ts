/** The state of the machine's network as a text, which differs whenever anything has come or gone. */
import { addressScope } from "../model/address.ts";
import { isVirtualInterface } from "../model/virtual_interface.ts";
import type { InterfaceAddress } from "../sync/own_addresses.ts";

/** More than a link's state takes. */
const STATE_BYTES = 64;

/**
 * Watches interfaces, their addresses and, on Linux, their links: there an address outlives a pulled
 * cable, while elsewhere it goes with the link. Only interfaces over which a peer may be reached count:
 * a container that starts brings its own, and must not interrupt what goes over the others.
 *
 * Create it before the process drops its permissions. Opening the files in `/sys` that describe links
 * takes full permissions; reading files that are open does not.
 */
export class NetworkMonitor {
  readonly #interfaces: () => readonly InterfaceAddress[];
  readonly #links = new Map<string, Deno.FsFile>();

  /** @param interfaces returns the present interfaces of this machine */
  constructor(interfaces: () => readonly InterfaceAddress[]) {
    this.#interfaces = interfaces;
    for (const { name } of interfaces()) this.#openLink(name);
  }

  /** The present state: interfaces with their link states, then their addresses, sorted. */
  read(): string {
    const addresses = onWayToPeers(this.#interfaces());
    const names = [...new Set(addresses.map(({ name }) => name))].sort();
    return [
      ...names.map((name) => `${name} ${this.#linkState(name)}`),
      ...addresses.map(({ name, address }) => `${name} ${address}`).sort(),
    ].join("\n");
  }

  close(): void {
    for (const file of this.#links.values()) file.close();
    this.#links.clear();
  }

  #openLink(name: string): void {
    if (Deno.build.os !== "linux" || this.#links.has(name)) return;
    try {
      this.#links.set(name, Deno.openSync(`/sys/class/net/${name}/operstate`));
    } catch {
      // It has gone since it was listed, or must not be read: its addresses have to do.
    }
  }

  #linkState(name: string): string {
    this.#openLink(name);
    const file = this.#links.get(name);
    if (file === undefined) return "";
    try {
      file.seekSync(0, Deno.SeekMode.Start);
      const bytes = new Uint8Array(STATE_BYTES);
      return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)).trim();
    } catch {
      // The interface is gone, perhaps for another one of the same name.
      file.close();
      this.#links.delete(name);
      return "gone";
    }
  }
}

/** All addresses of those interfaces that have at least one address others could dial. */
function onWayToPeers(addresses: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const isDialable = ({ name, address }: InterfaceAddress) => {
    const scope = addressScope(address);
    return !isVirtualInterface(name) && scope !== "undialable" && scope !== "loopback";
  };
  const names = new Set(addresses.filter(isDialable).map(({ name }) => name));
  return addresses.filter(({ name }) => names.has(name));
}
