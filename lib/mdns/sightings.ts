/** The sightings of sought devices on one link, limited in number for each device and source. */
import type { DnsRecord } from "./packet.ts";
import type { KnownTag, KnownTags } from "./known_tags.ts";
import { type SeenAddress, Sighting } from "./sighting.ts";

/** A device has one advert, or two at a change of epochs; the rest is room for what others copy. */
const MAX_PER_DEVICE = 4;
/** So that no single source takes all the room. */
const MAX_PER_SOURCE = 2;

/** Where a device was found. */
export interface FoundAddress {
  readonly deviceId: string;
  /** `host:port`. */
  readonly address: string;
}

/** The sightings of one link. */
export class Sightings {
  readonly #tags: KnownTags;
  readonly #random: () => number;
  readonly #byDevice = new Map<string, Sighting[]>();

  constructor(tags: KnownTags, random: () => number) {
    this.#tags = tags;
    this.#random = random;
  }

  /**
   * Takes in the records of one response. What has no known tag, and is not of an advert that had one,
   * leaves nothing behind.
   *
   * @returns the addresses that were not known before
   */
  take(records: readonly DnsRecord[], source: string, nowMs: number): FoundAddress[] {
    const newcomers = this.#admit(records, source, nowMs);
    const concerned = [...this].filter((sighting) => sighting.source === source);
    const deviceIds = [...new Set(concerned.map(({ deviceId }) => deviceId))];
    const before = new Set(this.#foundOf(deviceIds, nowMs).map(({ address }) => address));
    for (const sighting of concerned) sighting.take(records, nowMs);
    // Whether a newcomer comes from one of its own addresses is known only now.
    for (const sighting of newcomers) this.#makeRoom(sighting);
    return this.#foundOf(deviceIds, nowMs).filter(({ address }) => !before.has(address));
  }

  /** The addresses of a device that are valid at `nowMs`, in the order in which they were found. */
  addressesOf(deviceId: string, nowMs: number): SeenAddress[] {
    return (this.#byDevice.get(deviceId) ?? []).flatMap((sighting) => sighting.addresses(nowMs));
  }

  /**
   * Lets go of what has ended and of devices that are sought no longer.
   *
   * @returns whether a sought device has ended that had been found
   */
  prune(nowMs: number): boolean {
    let isLost = false;
    for (const [deviceId, sightings] of this.#byDevice) {
      const left = this.#tags.isSought(deviceId)
        ? sightings.filter(({ endsMs }) => endsMs > nowMs)
        : [];
      if (left.length > 0) this.#byDevice.set(deviceId, left);
      else this.#byDevice.delete(deviceId);
      isLost ||= left.length === 0 && this.#tags.isSought(deviceId);
    }
    return isLost;
  }

  *[Symbol.iterator](): IterableIterator<Sighting> {
    for (const sightings of this.#byDevice.values()) yield* sightings;
  }

  #foundOf(deviceIds: readonly string[], nowMs: number): FoundAddress[] {
    return deviceIds.flatMap((deviceId) =>
      this.addressesOf(deviceId, nowMs).map(({ address }) => ({ deviceId, address }))
    );
  }

  /** New sightings for the tags in `records` that are known, where there may be room for them. */
  #admit(records: readonly DnsRecord[], source: string, nowMs: number): Sighting[] {
    return records.flatMap((record) => {
      const known = record.type === "TXT" && record.ttlS > 0
        ? this.#knownTag(record.entries, nowMs)
        : undefined;
      if (known === undefined) return [];
      const { deviceId, validUntilMs } = known;
      const held = this.#byDevice.get(deviceId) ?? [];
      const ofSource = held.filter((sighting) => sighting.source === source);
      const isHeld = ofSource.some(({ instance }) => instance === record.name);
      if (isHeld || ofSource.length >= MAX_PER_SOURCE) return [];
      const isFull = held.length >= MAX_PER_DEVICE;
      if (isFull && held.every(({ isFromSource }) => isFromSource)) return [];
      const sighting = new Sighting({
        deviceId,
        instance: record.name,
        source,
        validUntilMs,
        spread: this.#random(),
      }, nowMs);
      this.#byDevice.set(deviceId, [...held, sighting]);
      return [sighting];
    });
  }

  /** The tag of a TXT record of this version (RFC 6763 §6). */
  #knownTag(entries: readonly string[], nowMs: number): KnownTag | undefined {
    if (!entries.includes("v=3")) return undefined;
    const tag = entries.find((entry) => entry.startsWith("t="))?.slice(2);
    return tag === undefined ? undefined : this.#tags.find(tag, nowMs);
  }

  /** One too many: the newcomer goes, unless it comes from its own address and another does not. */
  #makeRoom(newcomer: Sighting): void {
    const held = this.#byDevice.get(newcomer.deviceId) ?? [];
    if (held.length <= MAX_PER_DEVICE) return;
    const rival = newcomer.isFromSource
      ? held.findLast((sighting) => !sighting.isFromSource)
      : undefined;
    const leaving = rival ?? newcomer;
    this.#byDevice.set(newcomer.deviceId, held.filter((sighting) => sighting !== leaving));
  }
}
