/** One network interface in one address family: what a packet is sent on, and heard from. */
import { ipv4Bits } from "../model/ipv4.ts";
import type { Neighbourhood } from "./neighbourhood.ts";

/** A link. */
export interface Link {
  /** Differs from that of every other link, also of one that had the name before. */
  readonly id: string;
  /** Of the interface. */
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  /** What packets are sent from. */
  readonly address: string;
  /** The networks of an IPv4 interface; an IPv6 packet comes from a link-local address. */
  readonly networks: readonly Ipv4Network[];
  /** What the interface leads to without a router, in either family. */
  readonly neighbourhood: Neighbourhood;
}

/** Both as 32 bits. */
export interface Ipv4Network {
  readonly address: number;
  readonly mask: number;
}

/** Whether a packet from `source` came from this very link (RFC 6762 §11). */
export function isOnLink({ family, networks }: Link, source: string): boolean {
  if (family === "IPv6") return /^fe[89ab][0-9a-f]:/i.test(source);
  const bits = ipv4Bits(source);
  return networks.some((network) => isInIpv4(network, bits));
}

/** Whether 32 bits are an address of a network. */
export function isInIpv4({ address, mask }: Ipv4Network, bits: number | undefined): boolean {
  return bits !== undefined && ((address ^ bits) & mask) === 0;
}
