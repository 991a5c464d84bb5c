/** On which interfaces of this machine peers can be found. */
import { addressScope } from "../model/address.ts";
import { ipv4Bits } from "../model/ipv4.ts";
import { isVirtualInterface } from "../model/virtual_interface.ts";
import type { Link } from "./link.ts";

/** One address of an interface, as the runtime tells it. */
export interface InterfaceAddress {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly netmask: string;
  readonly scopeid: number | null;
}

/** A network of one address is a tunnel: there is nobody else on it. */
const SINGLE_ADDRESS = "255.255.255.255";

/**
 * The links to use: of interfaces that have an address a peer could dial. Not those of this machine
 * itself, of containers and virtual machines, nor of tailnets, which carry no multicast.
 *
 * @param addresses of all interfaces
 */
export function suitableLinks(addresses: readonly InterfaceAddress[]): Link[] {
  const byName = Map.groupBy(addresses, ({ name }) => name);
  return [...byName].flatMap(([name, ofInterface]) => {
    if (isVirtualInterface(name) || !isOfNeighbourhood(ofInterface)) return [];
    return [ipv4Link(name, ofInterface), ipv6Link(name, ofInterface)]
      .filter((link) => link !== undefined);
  });
}

function isOfNeighbourhood(addresses: readonly InterfaceAddress[]): boolean {
  const scopes = addresses.map(({ address }) => addressScope(address));
  return !scopes.includes("tailscale") && !scopes.includes("loopback") &&
    scopes.some((scope) => scope !== "undialable");
}

function ipv4Link(name: string, ofInterface: readonly InterfaceAddress[]): Link | undefined {
  const addresses = ofInterface.filter(({ family, address, netmask }) =>
    family === "IPv4" && netmask !== SINGLE_ADDRESS && addressScope(address) !== "undialable"
  );
  const first = addresses[0];
  if (first === undefined) return undefined;
  const networks = addresses.map(({ address, netmask }) => ({
    address: ipv4Bits(address)!,
    mask: ipv4Bits(netmask)!,
  }));
  return link(name, first, addresses, networks);
}

function ipv6Link(name: string, ofInterface: readonly InterfaceAddress[]): Link | undefined {
  const addresses = ofInterface.filter(({ family }) => family === "IPv6");
  const local = addresses.find(({ scopeid }) => scopeid !== null && scopeid !== 0);
  return local && link(name, local, addresses, []);
}

function link(
  name: string,
  { family, address, scopeid }: InterfaceAddress,
  all: readonly InterfaceAddress[],
  networks: Link["networks"],
): Link {
  const id = [name, scopeid ?? "", ...all.map((each) => `${each.address}/${each.netmask}`)];
  return { id: id.join(" "), name, family, address, networks };
}
