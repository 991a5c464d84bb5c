/** Which addresses belong to the neighbours on an interface. */
import { ipv6Groups, parseAddress } from "../model/address.ts";
import { ipv4Bits } from "../model/ipv4.ts";
import { type Ipv4Network, isInIpv4 } from "./link.ts";
import type { DnsRecord, Packet } from "./packet.ts";

/** The networks of an interface, link-local ones left out. */
export interface Neighbourhood {
  readonly ipv4: readonly Ipv4Network[];
  readonly ipv6: readonly Ipv6Network[];
}

/** Both as eight groups of 16 bits. */
export interface Ipv6Network {
  readonly address: readonly number[];
  readonly mask: readonly number[];
}

/**
 * Whether an address is one of a neighbour, which no router is asked for.
 *
 * @param host an IP address in its one spelling
 */
export function isNeighbour({ ipv4, ipv6 }: Neighbourhood, host: string): boolean {
  if (!host.includes(":")) return ipv4.some((network) => isInIpv4(network, ipv4Bits(host)));
  const groups = ipv6Groups(host);
  return ipv6.some(({ address, mask }) =>
    groups.every((group, at) => ((group ^ address[at]!) & mask[at]!) === 0)
  );
}

/**
 * A packet without the addresses that are not of these networks: whoever copies an advert could have
 * any machine in the world dialled by naming it.
 */
export function ofNeighbours(packet: Packet, neighbourhood: Neighbourhood): Packet {
  const isLocal = (record: DnsRecord) => {
    if (record.type !== "A" && record.type !== "AAAA") return true;
    const host = parseAddress(record.address, 1)?.host;
    return host !== undefined && isNeighbour(neighbourhood, host);
  };
  const { answers, additionals } = packet;
  return { ...packet, answers: answers.filter(isLocal), additionals: additionals.filter(isLocal) };
}
