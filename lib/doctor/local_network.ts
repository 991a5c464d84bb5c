/** macOS keeps programs from the local network until a person allows them. */
import { isIpAddress } from "../model/address.ts";
import { ipv4Bits } from "../model/ipv4.ts";

/** One address of this machine, and the part of it that names the network. */
export interface InterfaceNetwork {
  /** IP address. */
  readonly address: string;
  /** Written as an IP address of the same family. */
  readonly netmask: string;
}

/** Where a connection was refused with EHOSTUNREACH. */
export interface HostUnreachable {
  /** Host name or IP address. */
  readonly host: string;
  readonly os: typeof Deno.build.os;
  /** Of this machine. */
  readonly interfaces: readonly InterfaceNetwork[];
}

/**
 * Whether the system is likely to have denied the connection: a host of one's own network always has a
 * route, so that "no route" is what the permission says (Apple TN3179).
 */
export function isLocalNetworkDenied({ host, os, interfaces }: HostUnreachable): boolean {
  if (os !== "darwin") return false;
  // A name that mDNS resolves is one of the local network.
  if (!isIpAddress(host)) return host.endsWith(".local");
  return interfaces.some(({ address, netmask }) => isSameNetwork(host, address, netmask));
}

/** IPv4 alone: the addresses of a local network that devices tell each other are mostly of it. */
function isSameNetwork(host: string, own: string, netmask: string): boolean {
  const [a, b, mask] = [host, own, netmask].map(ipv4Bits);
  if (a === undefined || b === undefined || mask === undefined || mask === 0) return false;
  return (a & mask) === (b & mask);
}
