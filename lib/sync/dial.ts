/** Reaching a peer: at whichever of its addresses it proves itself first. */
import { type Address, formatAddress } from "../model/address.ts";
import type { PeerStatus } from "../protocol/status.ts";
import type { Peer } from "../store/peers.ts";
import { connectTo } from "./connect.ts";
import type { SyncContext } from "./context.ts";
import { dialOrder } from "./dial_order.ts";
import { mostTelling } from "./most_telling.ts";
import { raceStaggered } from "./race.ts";
import { PeerSession } from "./session.ts";
import { SignedCaller } from "./signed_caller.ts";

/** The next address is tried after this time, or at once when the one before has failed. */
const STAGGER_MS = 250;
/** An answer takes its time: a smaller change of the offset between two clocks is not one. */
const CLOCK_JITTER_MS = 2_000;

/** A peer that has been reached and has proven itself. */
export interface Reached {
  readonly session: PeerSession;
  readonly status: PeerStatus;
  /** `host:port`. */
  readonly address: string;
  /** The peer's time minus ours, as its answer told. */
  readonly clockOffsetMs: number;
}

/** What is needed of a peer to dial it. */
export type DialedPeer = Pick<
  Peer,
  | "deviceId"
  | "name"
  | "fingerprint"
  | "certificate"
  | "addresses"
  | "lastGoodAddress"
  | "clockOffsetMs"
>;

/**
 * Dials a peer. The first address at which it answers an authenticated status wins and is remembered;
 * the others are hung up on.
 *
 * @throws unreachable where no address answers, or the most telling of the failures
 */
export async function dial(
  context: SyncContext,
  peer: DialedPeer,
  options: { readonly discovered?: readonly string[]; readonly signal: AbortSignal },
): Promise<Reached> {
  const addresses = dialOrder({
    discovered: options.discovered ?? [],
    lastGood: peer.lastGoodAddress,
    stored: peer.addresses,
  });
  const winner = await raceStaggered(
    addresses.map((address) => (signal: AbortSignal) =>
      reach(context, peer, address, signal, options.signal)
    ),
    {
      staggerMs: STAGGER_MS,
      signal: options.signal,
      discard: ({ session }) => session.close(),
    },
  );
  if ("value" in winner) return remember(context, peer, winner.value);
  throw mostTelling(peer.name, winner.errors);
}

/** A peer that has proven itself at an address, with the certificate it was held against. */
export interface Candidate extends Omit<Reached, "clockOffsetMs"> {
  readonly certificatePem: string;
}

/**
 * Connects to a peer at one address and asks for its status. Records nothing.
 *
 * @param attemptSignal ends the connecting
 * @param sessionSignal ends what the session asks
 * @throws what {@link connectTo} and the peer's refusal say
 */
export async function reach(
  context: SyncContext,
  peer: DialedPeer,
  address: Address,
  attemptSignal: AbortSignal,
  sessionSignal: AbortSignal,
): Promise<Candidate> {
  const { connection, certificatePem } = await connectTo(
    context.network,
    { device: peer, others: [context.device, ...context.store.peers.list()] },
    address,
    attemptSignal,
  );
  const { device, nowMs, randomBytes } = context;
  const caller = new SignedCaller({
    connection,
    device,
    recipient: peer.deviceId,
    nowMs,
    randomBytes,
    signal: sessionSignal,
    clockOffsetMs: peer.clockOffsetMs,
  });
  const session = new PeerSession(caller);
  try {
    const status = await session.status();
    return { session, status, address: formatAddress(address), certificatePem };
  } catch (error) {
    session.close();
    throw error;
  }
}

function remember(context: SyncContext, peer: DialedPeer, candidate: Candidate): Reached {
  const { session, status, address, certificatePem } = candidate;
  const { peers } = context.store;
  peers.recordContact(peer, { address, certificate: certificatePem });
  const clockOffsetMs = Date.parse(status.time) - context.nowMs();
  if (Math.abs(clockOffsetMs - peer.clockOffsetMs) > CLOCK_JITTER_MS) {
    peers.recordClockOffset(peer.deviceId, clockOffsetMs);
  }
  return { session, status, address, clockOffsetMs };
}
