/** Nodes of multicast DNS on a network in memory. */
import type { Address } from "../../../lib/model/address.ts";
import { discoveryTag, EPOCH_MS, epochOf } from "../../../lib/mdns/discovery_tag.ts";
import { MdnsNode } from "../../../lib/mdns/node.ts";
import type { DnsRecord } from "../../../lib/mdns/packet.ts";
import { advertRecords, announced } from "../../../lib/mdns/records.ts";
import { Random } from "../random.ts";
import { VirtualWire } from "./virtual_wire.ts";

/** The discovery keys of two devices. */
export const KEYS: Readonly<Record<string, Uint8Array>> = {
  alice: new Uint8Array(32).fill(1),
  bob: new Uint8Array(32).fill(2),
};
/** In the middle of an epoch. */
export const START_MS = epochOf(Date.UTC(2026, 0, 1)) * EPOCH_MS + EPOCH_MS / 2;

export const MINUTE_MS = 60_000;

/** A node that looks for devices, and announces one. @param seed of its randomness */
export function makeNode(
  seed: number,
  sought: readonly string[],
  own?: { readonly name: string; readonly addresses: readonly Address[] },
): MdnsNode {
  return new MdnsNode({
    advert: own && { discoveryKey: KEYS[own.name]!, addressesOn: () => own.addresses },
    peers: () => sought.map((name) => ({ deviceId: name, discoveryKey: KEYS[name]! })),
    randomBytes: new Random(seed).bytes,
  });
}

/** Alice, who looks for Bob. */
export function alice(): MdnsNode {
  return makeNode(1, ["bob"], { name: "alice", addresses: [{ host: "10.0.0.1", port: 7337 }] });
}

/** Bob, who looks for Alice. */
export function bob(host = "10.0.0.2", seed = 2): MdnsNode {
  return makeNode(seed, ["alice"], { name: "bob", addresses: [{ host, port: 7338 }] });
}

/** An advert with Bob's tag, as a stranger can make one who has heard it. */
export function copiedAdvert(nowMs: number, address: string, port = 1, count = 0): DnsRecord[] {
  const names = { instance: `fake${count}`, host: `fakehost${count}` };
  const tag = discoveryTag(KEYS.bob!, epochOf(nowMs));
  return announced(advertRecords(names, tag, [{ host: address, port }])!);
}

/** Both on one wire; Bob has just come. */
export function twoNodes(): { wire: VirtualWire; left: MdnsNode; right: MdnsNode } {
  const wire = new VirtualWire(START_MS);
  const left = alice();
  const right = bob();
  wire.attach(left, "10.0.0.1");
  wire.run(MINUTE_MS);
  wire.attach(right, "10.0.0.2");
  return { wire, left, right };
}
