/** A network segment in memory, and a clock that jumps to whatever is due next. */
import type { Link } from "../../../lib/mdns/link.ts";
import type { MdnsNode } from "../../../lib/mdns/node.ts";
import { decodePacket, type Packet } from "../../../lib/mdns/packet.ts";

/** A packet as it was on the wire. */
export interface Captured {
  readonly atMs: number;
  /** IP address. */
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly packet: Packet;
  /** `undefined` for everybody. */
  readonly to: string | undefined;
}

interface Attached {
  readonly node: MdnsNode;
  readonly link: Link;
  /** What its clock shows more than the wire's. */
  readonly clockOffsetMs: number;
}

const DELAY_MS = 1;
const PORT = 5353;

/** An IPv4 network, 10.0.0.0/24 as far as its nodes know; fd00::/64 is there, too. */
export class VirtualWire {
  /** Milliseconds since 1970. */
  nowMs: number;
  readonly captured: Captured[] = [];
  /** Devices that were seen, by the address of who saw them. */
  readonly seen: { readonly by: string; readonly deviceId: string; readonly atMs: number }[] = [];
  /** How often a node had to be woken by its timer. */
  wakeUps = 0;
  readonly #attached: Attached[] = [];
  #underWay: { readonly atMs: number; readonly deliver: () => void }[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** Puts a node on the wire. */
  attach(node: MdnsNode, address: string, { clockOffsetMs = 0 } = {}): void {
    const link = wireLink(address);
    this.#attached.push({ node, link, clockOffsetMs });
    node.useLinks([link], this.nowMs + clockOffsetMs);
  }

  /** Takes a node off the wire, after its last words where it has any. */
  detach(node: MdnsNode, { goodbye }: { readonly goodbye: boolean }): void {
    const at = this.#attached.findIndex((each) => each.node === node);
    const attached = this.#attached[at]!;
    if (goodbye) this.#transmit(attached, node.leave(this.#clockOf(attached)));
    this.#attached.splice(at, 1);
    node.useLinks([], this.#clockOf(attached));
  }

  /** Lets time pass. */
  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (;;) {
      const nextMs = Math.min(
        ...this.#underWay.map(({ atMs }) => atMs),
        ...this.#attached.map(({ node, clockOffsetMs }) => node.nextDueMs - clockOffsetMs),
      );
      if (nextMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      this.#deliverDue();
      for (const attached of [...this.#attached]) {
        if (attached.node.nextDueMs > this.#clockOf(attached)) continue;
        this.wakeUps++;
        this.#transmit(attached, attached.node.takeDue(this.#clockOf(attached)));
      }
    }
    this.nowMs = untilMs;
  }

  /** Puts a packet on the wire that no node has sent, to be heard by all. */
  inject(bytes: Uint8Array, source: string, port = PORT): void {
    this.#spread(bytes, source, port, undefined);
  }

  #transmit(from: Attached, outgoing: ReturnType<MdnsNode["takeDue"]>): void {
    for (const { bytes, to } of outgoing) {
      const packet = decodePacket(bytes)!;
      const source = from.link.address;
      this.captured.push({ atMs: this.nowMs, source, bytes, packet, to: to?.address });
      this.#spread(bytes, source, PORT, to?.address);
    }
  }

  /** Who sends to everybody hears it as well. */
  #spread(bytes: Uint8Array, source: string, port: number, to: string | undefined): void {
    const deliver = () => {
      for (const attached of this.#attached) {
        const { node, link } = attached;
        if (to !== undefined && to !== link.address) continue;
        const received = { link, bytes, from: { address: source, port } };
        for (const deviceId of node.receive(received, this.#clockOf(attached))) {
          this.seen.push({ by: link.address, deviceId, atMs: this.nowMs });
        }
      }
    };
    this.#underWay.push({ atMs: this.nowMs + DELAY_MS, deliver });
  }

  #deliverDue(): void {
    const due = this.#underWay.filter(({ atMs }) => atMs <= this.nowMs);
    this.#underWay = this.#underWay.filter(({ atMs }) => atMs > this.nowMs);
    for (const { deliver } of due) deliver();
  }

  #clockOf({ clockOffsetMs }: Attached): number {
    return this.nowMs + clockOffsetMs;
  }
}

/** The link of a node of the wire. */
export function wireLink(address: string): Link {
  const networks = [{ address: 10 << 24, mask: 0xffffff00 | 0 }];
  const fd00 = {
    address: [0xfd00, 0, 0, 0, 0, 0, 0, 1],
    mask: [0xffff, 0xffff, 0xffff, 0xffff, 0, 0, 0, 0],
  };
  const neighbourhood = { ipv4: networks, ipv6: [fd00] };
  return { id: `wire ${address}`, name: "wire0", family: "IPv4", address, networks, neighbourhood };
}
