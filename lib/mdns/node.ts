/** A multicast DNS node: all links of this device together, without a socket or a clock. */
import { Buffer } from "node:buffer";
import { type Address, addressScope } from "../model/address.ts";
import { Browser } from "./browser.ts";
import { discoveryTag, EPOCH_MS, epochOf } from "./discovery_tag.ts";
import { KnownTags, type SoughtPeer } from "./known_tags.ts";
import { isOnLink, type Link } from "./link.ts";
import { ofNeighbours } from "./neighbourhood.ts";
import type { FoundAddress } from "./sightings.ts";
import { OwnEchoes } from "./own_echoes.ts";
import { decodePacket, encodePacket, type Packet } from "./packet.ts";
import { type AdvertNames, advertRecords } from "./records.ts";
import { type Endpoint, MDNS_PORT, Responder, type Sending } from "./responder.ts";

/** What this device says of itself: under which key, and where it listens. */
export interface OwnAdvert {
  /** 32 bytes. */
  readonly discoveryKey: Uint8Array;
  /** The addresses to announce on one interface, IP and port each; none: nothing is announced there. */
  readonly addressesOn: (interfaceName: string) => readonly Address[];
}

/** Options of {@link MdnsNode}. */
export interface MdnsNodeOptions {
  /** Absent: the node only listens and asks. */
  readonly advert?: OwnAdvert;
  readonly peers: () => readonly SoughtPeer[];
  readonly randomBytes: (length: number) => Uint8Array;
}

/** A packet that came in. */
export interface Received {
  readonly link: Link;
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
}

/** A packet to go out; without `to`, to everybody on the link. */
export interface Outgoing {
  readonly link: Link;
  readonly bytes: Uint8Array;
  readonly to?: Endpoint;
}

/** Adverts of all devices would otherwise be renewed in the same instant. */
const RENEWAL_SPREAD_MS = 10_000;
/** A clock that was set back by less than this only delays what is due. */
const TOLERATED_STEP_MS = 1_000;
const NAME_BYTES = 16;
/** More addresses of one device are not handed out. */
const MAX_ADDRESSES = 8;

/** What the node keeps for each link. */
interface Station {
  readonly link: Link;
  readonly responder: Responder;
  readonly browser: Browser;
  readonly echoes: OwnEchoes;
}

/** The node. Times are milliseconds since 1970. */
export class MdnsNode {
  readonly #options: MdnsNodeOptions;
  readonly #tags: KnownTags;
  #stations: readonly Station[] = [];
  #names: AdvertNames;
  /** The names as they stand in packets. */
  #nameBytes: readonly Buffer[] = [];
  /** Of the names, and of the tag that is announced with them. */
  #epoch = -Infinity;
  #renewalMs = Infinity;
  #lastMs = -Infinity;

  constructor(options: MdnsNodeOptions) {
    this.#options = options;
    this.#tags = new KnownTags(options.peers);
    this.#names = this.#newNames();
  }

  /**
   * Uses these links from now on, and says and asks on all of them anew. What was found on a link that
   * is still there is kept for a moment, to be confirmed.
   */
  useLinks(links: readonly Link[], nowMs: number): void {
    this.#lastMs = nowMs;
    this.#tags.reload(nowMs);
    if (nowMs >= this.#renewalMs || this.#epoch === -Infinity) this.#renewNames(nowMs);
    this.#stations = links.map((link) =>
      this.#stations.find((station) => station.link.id === link.id) ?? this.#newStation(link)
    );
    // What happens on all links at the same time wakes the device once.
    const spread = this.#random();
    for (const { browser } of this.#stations) browser.restart(nowMs, spread);
    this.#announce(nowMs);
  }

  /**
   * Takes in a packet; whatever is not one, or comes from elsewhere, leaves nothing behind.
   *
   * @returns the devices that were seen at an address where they were not known to be
   */
  receive({ link, bytes, from }: Received, nowMs: number): readonly string[] {
    this.#lookAtClock(nowMs);
    const station = this.#stations.find((each) => each.link.id === link.id);
    if (station === undefined || !isOnLink(link, from.address)) return [];
    if (from.address === link.address && station.echoes.take(bytes, nowMs)) return [];
    if (isResponse(bytes) && !this.#isOfInterest(bytes, station, from, nowMs)) return [];
    const packet = decodePacket(bytes);
    if (packet?.kind === "query") station.responder.heardQuery(packet, from, nowMs);
    if (packet?.kind !== "response" || from.port !== MDNS_PORT) return [];
    station.responder.heardResponse(packet, nowMs);
    const local = ofNeighbours(packet, link.neighbourhood);
    const news = station.browser.heardResponse(local, from.address, nowMs)
      .filter((found) => !this.#isKnownElsewhere(found, station, nowMs));
    return [...new Set(news.map(({ deviceId }) => deviceId))];
  }

  /** When {@link takeDue} has something to do; `Infinity` for never. */
  get nextDueMs(): number {
    const dueMs = this.#stations.flatMap(({ responder, browser }) => [
      responder.nextDueMs,
      browser.nextDueMs,
    ]);
    const renewalMs = this.#options.advert === undefined ? Infinity : this.#renewalMs;
    return Math.min(renewalMs, ...dueMs);
  }

  /** What is to be sent now. */
  takeDue(nowMs: number): Outgoing[] {
    this.#lookAtClock(nowMs);
    if (this.#options.advert !== undefined && nowMs >= this.#renewalMs) {
      this.#renewNames(nowMs);
      this.#announce(nowMs);
    }
    return this.#stations.flatMap((station) => {
      const queries: Sending[] = station.browser.takeDue(nowMs).map((packet) => ({ packet }));
      return [...queries, ...station.responder.takeDue(nowMs)]
        .map(({ packet, to }) => outgoing(station, packet, nowMs, to));
    });
  }

  /** Takes back what was announced: what to send before the node is left. */
  leave(nowMs: number): Outgoing[] {
    return this.#stations.flatMap((station) =>
      station.responder.leave().map(({ packet }) => outgoing(station, packet, nowMs))
    );
  }

  /**
   * The addresses of a device that are valid now, `host:port` each: those that were heard from come
   * first, then those found first.
   */
  addressesOf(deviceId: string, nowMs: number): string[] {
    if (!this.#tags.isSought(deviceId)) return [];
    const seen = this.#stations.flatMap(({ browser }) => browser.addressesOf(deviceId, nowMs));
    const ordered = [...seen.filter(({ isSource }) => isSource), ...seen];
    return [...new Set(ordered.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
  }

  /**
   * Whether a response can mean anything to this device, told without decoding it: others on the network
   * say a lot, and a flood of forged adverts is not worth more than a glance. A name that occurs in a
   * packet stands in it in full at least once.
   */
  #isOfInterest(bytes: Uint8Array, station: Station, from: Endpoint, nowMs: number): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#tags.occurIn(text, nowMs) || station.browser.knows(from.address) ||
      this.#nameBytes.some((name) => text.includes(name));
  }

  #isKnownElsewhere({ deviceId, address }: FoundAddress, station: Station, nowMs: number): boolean {
    return this.#stations.some((other) =>
      other !== station &&
      other.browser.addressesOf(deviceId, nowMs).some((seen) => seen.address === address)
    );
  }

  #newStation(link: Link): Station {
    const random = () => this.#random();
    return {
      link,
      responder: new Responder(random),
      browser: new Browser(this.#tags, random),
      echoes: new OwnEchoes(),
    };
  }

  /** With a clock that was set back, all that is due would wait for it to catch up: starts over. */
  #lookAtClock(nowMs: number): void {
    const isSetBack = nowMs < this.#lastMs - TOLERATED_STEP_MS;
    this.#lastMs = nowMs;
    if (!isSetBack) return;
    const links = this.#stations.map(({ link }) => link);
    this.#stations = [];
    this.#renewNames(nowMs);
    this.useLinks(links, nowMs);
  }

  #renewNames(nowMs: number): void {
    this.#names = this.#newNames();
    this.#nameBytes = Object.values(this.#names).map((name) => Buffer.from(name, "latin1"));
    this.#epoch = epochOf(nowMs);
    this.#renewalMs = (this.#epoch + 1) * EPOCH_MS + this.#random() * RENEWAL_SPREAD_MS;
  }

  #newNames(): AdvertNames {
    return { instance: this.#newName(), host: this.#newName() };
  }

  #newName(): string {
    return Buffer.from(this.#options.randomBytes(NAME_BYTES)).toString("hex");
  }

  #announce(nowMs: number): void {
    const { advert } = this.#options;
    if (advert === undefined) return;
    const tag = discoveryTag(advert.discoveryKey, this.#epoch);
    const spread = this.#random();
    for (const { link, responder } of this.#stations) {
      const addresses = advert.addressesOn(link.name).filter(isDialable);
      responder.announce(advertRecords(this.#names, tag, addresses), nowMs, spread);
    }
  }

  #random(): number {
    return Buffer.from(this.#options.randomBytes(4)).readUInt32BE() / 2 ** 32;
  }
}

function outgoing(
  { link, echoes }: Station,
  packet: Packet,
  nowMs: number,
  to?: Endpoint,
): Outgoing {
  const bytes = encodePacket(packet);
  if (to === undefined) echoes.sent(bytes, nowMs);
  return { link, bytes, to };
}

/** The QR bit of the header (RFC 1035 §4.1.1). */
function isResponse(bytes: Uint8Array): boolean {
  return bytes.length > 2 && (bytes[2]! & 0x80) !== 0;
}

function isDialable({ host }: Address): boolean {
  const scope = addressScope(host);
  return scope !== "undialable" && scope !== "loopback";
}
