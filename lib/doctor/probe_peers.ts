/** Walks the way to every address of several peers. */
import type { CodememError } from "../errors.ts";
import type { Address } from "../model/address.ts";
import type { PeerState } from "../model/peer.ts";
import type { Peer } from "../store/peers/peers.ts";
import { dialOrder } from "../sync/ask/dial_order.ts";
import { mostInformative } from "../sync/ask/most_informative.ts";
import type { StageResult } from "./stages.ts";
import { type AddressProbe, probeAddress, type ProbeTools } from "./probe_address.ts";

/** So many addresses are tried at once. */
const AT_ONCE = 8;

/** How far each address of a peer led. */
export interface PeerProbe {
  readonly peer: Pick<Peer, "deviceId" | "name">;
  readonly addresses: readonly AddressProbe[];
}

/** Options of {@link probePeers}. */
export interface ProbePeersOptions extends ProbeTools {
  /** Where a peer has just been seen on the local network; `host:port` each. */
  readonly discovered?: ((deviceId: string) => readonly string[]) | undefined;
}

/**
 * Probes every address that a dial would try.
 *
 * @throws interrupted
 */
export async function probePeers(
  peers: readonly Peer[],
  options: ProbePeersOptions,
): Promise<PeerProbe[]> {
  const attempts = peers.flatMap((peer) =>
    addressesOf(peer, options).map((address) => ({ peer, address }))
  );
  const probes = await mapBounded(attempts, AT_ONCE, async ({ peer, address }) => ({
    peer,
    probe: await probeAddress(peer, address, options),
  }));
  return peers.map((peer) => ({
    peer,
    addresses: probes.filter((each) => each.peer === peer).map(({ probe }) => probe),
  }));
}

function addressesOf(peer: Peer, { discovered }: ProbePeersOptions): Address[] {
  return dialOrder({
    discovered: discovered?.(peer.deviceId) ?? [],
    lastGood: peer.lastGoodAddress,
    stored: peer.addresses,
  });
}

/** Whether every stage at an address went well. */
export function isPassed({ stages }: AddressProbe): boolean {
  return stages.every(({ outcome }) => outcome !== "failed");
}

/** Whether the peer has proven itself at an address, whatever it answered then. */
function isReached({ stages }: AddressProbe): boolean {
  return stages.some(({ stage, outcome }) => stage === "tls" && outcome === "ok");
}

/**
 * The stages at an address, as they count for the peer: that one address fails beside another that
 * works, or at which the peer refuses, is worth no word, unless a stranger answers there.
 */
export function stagesInContext({ addresses }: PeerProbe, probe: AddressProbe): StageResult[] {
  const { stages } = probe;
  const isStale = addresses.some(isPassed) || (addresses.some(isReached) && !isReached(probe));
  if (!isStale) return [...stages];
  return stages.map((stage) =>
    stage.outcome === "failed"
      ? { ...stage, outcome: isStranger(stage) ? "warning" : "skipped" }
      : stage
  );
}

function isStranger({ error }: StageResult): boolean {
  return error?.code === "untrusted_certificate" && error.details.another_device !== true;
}

/** The peer's word on how it reaches this device, from whichever address it has come. */
export function seesYou({ addresses }: PeerProbe): PeerState | null {
  return addresses.find((probe) => probe.seesYou !== null)?.seesYou ?? null;
}

/**
 * Why a peer cannot be reached: `undefined` where it can, at one of its addresses, or where what has
 * failed there is a judgement.
 */
export function peerFailure({ peer, addresses }: PeerProbe): CodememError | undefined {
  const errors = addresses.map(({ stages }) => stages.at(-1)?.error);
  return errors.includes(undefined) ? undefined : mostInformative(peer.name, errors);
}

/** Does the work for each item, `limit` at a time; the results have the order of the items. */
async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
