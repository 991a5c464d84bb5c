/** Which device a tag stands for. */
import { Buffer } from "node:buffer";
import { discoveryTag, EPOCH_MS, epochOf } from "./discovery_tag.ts";

/** A device to look for. */
export interface SoughtPeer {
  readonly deviceId: string;
  /** 32 bytes. */
  readonly discoveryKey: Uint8Array;
}

/** What a tag is known to mean. */
export interface KnownTag {
  readonly deviceId: string;
  /** When the tag is recognised no longer, in milliseconds since 1970. */
  readonly validUntilMs: number;
}

/** Clocks differ: the epochs before and after one's own are taken as well. */
const NEIGHBOURS = [-1, 0, 1];

/**
 * The tags of all sought devices, made once an epoch: a look-up is all that an advert of a stranger
 * costs.
 */
export class KnownTags {
  readonly #peers: () => readonly SoughtPeer[];
  #epoch: number | undefined;
  #tags: ReadonlyMap<string, KnownTag> = new Map();
  /** The tags as they stand in packets: text is made into bytes once, and not for every packet. */
  #bytes: readonly Buffer[] = [];
  #deviceIds: ReadonlySet<string> = new Set();

  constructor(peers: () => readonly SoughtPeer[]) {
    this.#peers = peers;
  }

  /** What `tag` means at `nowMs`; `undefined` where it is nobody's that is sought. */
  find(tag: string, nowMs: number): KnownTag | undefined {
    if (this.#epoch !== epochOf(nowMs)) this.reload(nowMs);
    return this.#tags.get(tag);
  }

  /** Whether a packet holds any tag that means something at `nowMs`: read without being decoded. */
  occurIn(bytes: Buffer, nowMs: number): boolean {
    if (this.#epoch !== epochOf(nowMs)) this.reload(nowMs);
    return this.#bytes.some((tag) => bytes.includes(tag));
  }

  /** Whether a device was among the sought ones when they were last looked at. */
  isSought(deviceId: string): boolean {
    return this.#deviceIds.has(deviceId);
  }

  /** Looks at the sought devices anew. */
  reload(nowMs: number): void {
    const epoch = epochOf(nowMs);
    const peers = this.#peers();
    this.#epoch = epoch;
    this.#deviceIds = new Set(peers.map(({ deviceId }) => deviceId));
    this.#tags = new Map(peers.flatMap(({ deviceId, discoveryKey }) =>
      NEIGHBOURS.map((offset) => [
        discoveryTag(discoveryKey, epoch + offset),
        { deviceId, validUntilMs: (epoch + offset + 2) * EPOCH_MS },
      ])
    ));
    this.#bytes = [...this.#tags.keys()].map((tag) => Buffer.from(tag, "latin1"));
  }
}
