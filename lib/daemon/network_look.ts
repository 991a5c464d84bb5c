/** What the machine's network looks like: another text whenever anything of it has come or gone. */
import { addressScope } from "../model/address.ts";
import { isVirtualInterface } from "../model/virtual_interface.ts";
import type { InterfaceAddress } from "../sync/own_addresses.ts";

/** More than a link's state takes. */
const STATE_BYTES = 64;

/**
 * Looks at interfaces, their addresses and, on Linux, their links: there an address stays when a cable
 * is pulled. Elsewhere it goes with the link. Only those by which a peer may be reached: a container
 * that is started brings one of its own, and must not break off what goes over the others.
 *
 * Make it before the process gives up permissions: then the files that tell of links can still be
 * opened (`/sys` is for processes that may do everything), and read on afterwards.
 */
export class NetworkLook {
  readonly #interfaces: () => readonly InterfaceAddress[];
  readonly #links = new Map<string, Deno.FsFile>();

  /** @param interfaces of this machine, as they are now */
  constructor(interfaces: () => readonly InterfaceAddress[]) {
    this.#interfaces = interfaces;
    for (const { name } of interfaces()) this.#openLink(name);
  }

  /** The present look. */
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
      // It has gone since it was listed, or may not be looked at: its addresses are all there is.
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

/** The addresses of interfaces that have one which others could dial. */
function onWayToPeers(addresses: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const isDialable = ({ name, address }: InterfaceAddress) => {
    const scope = addressScope(address);
    return !isVirtualInterface(name) && scope !== "undialable" && scope !== "loopback";
  };
  const names = new Set(addresses.filter(isDialable).map(({ name }) => name));
  return addresses.filter(({ name }) => names.has(name));
}
