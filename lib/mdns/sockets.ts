/**
 * The sockets of multicast DNS. They know no DNS.
 *
 * On Linux a socket is bound to the group's address: it hears what is sent to everybody and nothing
 * else, so it takes nothing away from the system's own responder, which shares the port. Elsewhere a
 * group cannot be sent from, and sockets are bound to any address.
 */
import dgram, { type Socket } from "node:dgram";
import { failureWords } from "./failure_words.ts";
import { isOnLink, type Link } from "./link.ts";
import type { Outgoing, Received } from "./node.ts";
import { MAX_PACKET_BYTES } from "./packet.ts";
import { MDNS_PORT } from "./responder.ts";

/** RFC 6762 §3. */
const GROUP = { IPv4: "224.0.0.251", IPv6: "ff02::fb" } as const;
const ANY = { IPv4: "0.0.0.0", IPv6: "::" } as const;

/** RFC 6762 §11. The runtime sends IPv6 with 1, whatever it is told: enough to stay on the link. */
const HOP_LIMIT = 255;

/** Open sockets. */
export interface Sockets {
  /** The links that packets come in on. */
  readonly links: readonly Link[];
  /** Why not on the others, one clause each. */
  readonly failures: readonly string[];
  /** @throws {Error} where a packet could not be sent, with the system's `code` */
  send(outgoing: Outgoing): Promise<void>;
  close(): void;
}

/** Opens as few sockets as will do for the IPv4 links, and one for each IPv6 link. */
export async function openSockets(
  links: readonly Link[],
  onReceived: (received: Received) => void,
): Promise<Sockets> {
  const ipv4Links = links.filter(({ family }) => family === "IPv4");
  const groups = [ipv4Links, ...links.filter(({ family }) => family === "IPv6").map((one) => [one])]
    .filter((group) => group.length > 0);
  const opened = (await Promise.all(groups.map((group) => openAll(group, onReceived)))).flat();
  const byLink = new Map(
    opened.flatMap(({ socket, joined }) => joined.map((link) => [link.id, socket] as const)),
  );
  return {
    links: links.filter(({ id }) => byLink.has(id)),
    failures: opened.flatMap(({ failures }) => failures),
    async send(outgoing) {
      await byLink.get(outgoing.link.id)?.send(outgoing);
    },
    close() {
      for (const socket of new Set(byLink.values())) socket.close();
    },
  };
}

interface Opened {
  readonly socket: SharedSocket;
  readonly joined: readonly Link[];
  readonly failures: readonly string[];
  /** Links for which the socket had no room: another one may. */
  readonly left: readonly Link[];
}

/**
 * Sockets for links of one family: Linux lets one join on twenty links at most, unless its
 * `net.ipv4.igmp_max_memberships` says otherwise, and a machine with containers may have more.
 */
async function openAll(
  links: readonly Link[],
  onReceived: (received: Received) => void,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (let left = links; left.length > 0; left = opened.at(-1)!.left) {
    opened.push(await openShared(left, onReceived));
  }
  return opened;
}

/** One socket for links of one family, as far as it has room. */
async function openShared(
  links: readonly Link[],
  onReceived: (received: Received) => void,
): Promise<Opened> {
  const { family } = links[0]!;
  const raw = dgram.createSocket({
    type: family === "IPv4" ? "udp4" : "udp6",
    reuseAddr: true,
    ipv6Only: family === "IPv6",
  });
  const socket = new SharedSocket(raw);
  try {
    await bound(raw, bindAddress(links[0]!));
    raw.setMulticastTTL(HOP_LIMIT);
    raw.setTTL(HOP_LIMIT);
    raw.setMulticastLoopback(true);
    // The runtime makes a buffer of this size for each packet, on Linux of twice this size; without it
    // one of 64 KiB, which a flood of packets would fill the memory with.
    raw.setRecvBufferSize(Deno.build.os === "linux" ? MAX_PACKET_BYTES / 2 : MAX_PACKET_BYTES);
  } catch (error) {
    socket.close();
    return {
      socket,
      joined: [],
      left: [],
      failures: [`${family}: cannot listen: ${failureWords(error)}`],
    };
  }
  const { joined, failures, left } = join(raw, links);
  if (joined.length === 0) socket.close();
  raw.on("message", (bytes, { address: scoped, port }) => {
    const address = scoped.replace(/%.*$/, "");
    const link = joined.find((each) => isOnLink(each, address));
    if (link !== undefined) onReceived({ link, bytes, from: { address, port } });
  });
  return { socket, joined, failures, left };
}

function join(socket: Socket, links: readonly Link[]): Omit<Opened, "socket"> {
  const joined: Link[] = [];
  const failures: string[] = [];
  for (const [at, link] of links.entries()) {
    try {
      socket.addMembership(GROUP[link.family], multicastInterface(link));
      joined.push(link);
    } catch (error) {
      // A full socket fails as one does whose link is gone: a fresh one tells them apart.
      if (joined.length > 0) return { joined, failures, left: links.slice(at) };
      failures.push(`${link.family} on ${link.name}: cannot join: ${failureWords(error)}`);
    }
  }
  return { joined, failures, left: [] };
}

/** A socket that is told before each packet on which interface to send it. */
class SharedSocket {
  readonly #socket: Socket;
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Without a listener an error of the socket would end the process; sending tells of it anyway.
    socket.on("error", () => {});
  }

  /** Sends after all that was to be sent before. */
  send(outgoing: Outgoing): Promise<void> {
    const sent = this.#sending.then(() => this.#sendNow(outgoing));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  close(): void {
    if (!this.#isClosed) this.#socket.close();
    this.#isClosed = true;
  }

  #sendNow({ link, bytes, to }: Outgoing): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (to === undefined) this.#socket.setMulticastInterface(multicastInterface(link));
    const address = to === undefined ? GROUP[link.family] : scopedAddress(to.address, link);
    return new Promise((resolve, reject) => {
      this.#socket.send(
        bytes,
        to?.port ?? MDNS_PORT,
        address,
        (error) => error ? reject(error) : resolve(),
      );
    });
  }
}

function bound(socket: Socket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port: MDNS_PORT }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function bindAddress(link: Link): string {
  return Deno.build.os === "linux" ? scopedAddress(GROUP[link.family], link) : ANY[link.family];
}

/** How a socket is told which interface is meant: by its address, or by its name. */
function multicastInterface(link: Link): string {
  return link.family === "IPv4" ? link.address : scopedAddress(ANY.IPv6, link);
}

/** An IPv6 address of the link's own range means nothing without the interface. */
function scopedAddress(address: string, { family, name }: Link): string {
  return family === "IPv4" ? address : `${address}%${name}`;
}
