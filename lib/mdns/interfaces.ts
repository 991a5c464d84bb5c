/** On which interfaces of this machine peers can be found. */
import { addressScope, ipv6Groups, parseAddress } from "../model/address.ts";
import { ipv4Bits } from "../model/ipv4.ts";
import { isVirtualInterface } from "../model/virtual_interface.ts";
import type { Ipv4Network, Link } from "./link.ts";
import type { Ipv6Network, Neighbourhood } from "./neighbourhood.ts";

/** One address of an interface, as the runtime tells it. */
export interface InterfaceAddress {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly netmask: string;
  readonly scopeid: number | null;
}

/** A network of one address is the end of a tunnel: there is nobody else on it. */
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
  return link(name, first, addresses, ofInterface);
}

function ipv6Link(name: string, ofInterface: readonly InterfaceAddress[]): Link | undefined {
  const addresses = ofInterface.filter(({ family }) => family === "IPv6");
  const local = addresses.find(({ scopeid }) => scopeid !== null && scopeid !== 0);
  return local && link(name, local, addresses, ofInterface);
}

function neighbourhoodOf(ofInterface: readonly InterfaceAddress[]): Neighbourhood {
  const dialable = ofInterface.filter(({ address }) => addressScope(address) !== "undialable");
  const networks = <Network>(family: string, read: (each: InterfaceAddress) => Network) =>
    dialable.filter((each) => each.family === family).map(read);
  return { ipv4: networks("IPv4", ipv4Network), ipv6: networks("IPv6", ipv6Network) };
}

function ipv4Network({ address, netmask }: InterfaceAddress): Ipv4Network {
  return { address: ipv4Bits(address)!, mask: ipv4Bits(netmask)! };
}

function ipv6Network({ address, netmask }: InterfaceAddress): Ipv6Network {
  const groups = (text: string) => ipv6Groups(parseAddress(text, 1)!.host);
  return { address: groups(address), mask: groups(netmask) };
}

function link(
  name: string,
  { family, address, scopeid }: InterfaceAddress,
  ofFamily: readonly InterfaceAddress[],
  ofInterface: readonly InterfaceAddress[],
): Link {
  const id = [name, scopeid ?? "", ...ofFamily.map((each) => `${each.address}/${each.netmask}`)];
  const networks = family === "IPv4" ? ofFamily.map(ipv4Network) : [];
  const neighbourhood = neighbourhoodOf(ofInterface);
  return { id: id.join(" "), name, family, address, networks, neighbourhood };
}
