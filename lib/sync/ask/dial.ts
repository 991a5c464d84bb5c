/** Reaching a peer: at whichever of its addresses it proves itself first. */
import { type Address, formatAddress } from "../../model/address.ts";
import { isRecent } from "../../model/timestamp.ts";
import type { PeerStatus } from "../../protocol/status.ts";
import type { CallerStanding } from "../../protocol/status_query.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { connectTo, otherKeyShown } from "./connect.ts";
import type { SyncContext } from "../context.ts";
import { dialOrder } from "./dial_order.ts";
import { checkLives, requireNotForked } from "../standing/check_lives.ts";
import { mostInformative } from "./most_informative.ts";
import { ownStanding } from "../standing/own_standing.ts";
import { raceStaggered } from "./race.ts";
import { PeerSession } from "./session.ts";
import {
  followRotation,
  newCaller,
  type OpenedSession,
  statusWithKeysTold,
} from "../keys/follow_keys.ts";

/** The next address is tried after this time, or at once when the one before has failed. */
const STAGGER_MS = 250;
/** An answer takes its time: a smaller change of the offset between two clocks is not one. */
const CLOCK_JITTER_MS = 2_000;
/** A contact that brings nothing new is noted at most this often. */
const SAME_CONTACT_INTERVAL_MS = 30_000;

/** A peer that has been reached and has proven itself. */
export interface Reached {
  readonly session: PeerSession;
  readonly status: PeerStatus;
  /** `host:port`. */
  readonly address: string;
  /** The certificate it was held against, PEM. */
  readonly certificatePem: string;
  /** Of the key it is pinned by now: it may have rotated its key since it was read from the store. */
  readonly fingerprint: string;
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
  | "rotationTold"
>;

/** Options of {@link dial}. */
export interface DialOptions {
  /** `host:port` where the peer was seen on the local network, most credible first. */
  readonly discovered?: readonly string[];
  /** Ends the dial, but not the session it leads to. */
  readonly giveUp?: AbortSignal | undefined;
  /** Ends the dial, and every request of the session it leads to. */
  readonly signal: AbortSignal;
}

/**
 * Dials a peer. The first address at which it answers an authenticated status wins and is remembered;
 * the others are hung up on.
 *
 * @throws unreachable where no address answers, or the most telling of the failures
 */
export async function dial(
  context: SyncContext,
  peer: DialedPeer,
  options: DialOptions,
): Promise<Reached> {
  await context.store.whenFree(() => context.store.lives.beginOnce());
  const addresses = dialOrder({
    discovered: options.discovered ?? [],
    lastGood: peer.lastGoodAddress,
    stored: peer.addresses,
  });
  const winner = await raceStaggered(
    addresses.map((address) => (signal: AbortSignal) =>
      reachFollowing(context, peer, address, { attempt: signal, session: options.signal })
    ),
    {
      staggerMs: STAGGER_MS,
      signal: options.giveUp === undefined
        ? options.signal
        : AbortSignal.any([options.signal, options.giveUp]),
      discard: ({ session }) => session.close(),
    },
  );
  if ("value" in winner) {
    const { fingerprint } = winner.value;
    return await remember(context, { ...peer, fingerprint }, winner.value);
  }
  const failure = mostInformative(peer.name, winner.errors);
  // The peer was told so, and only repeats it.
  if (failure.code === "device_forked") requireNotForked(context);
  throw failure;
}

/** An authenticated answer at an address. */
export type Contact = Omit<Reached, "clockOffsetMs">;

/** What ends a dial, and what ends the session it leads to. */
interface ReachSignals {
  readonly attempt: AbortSignal;
  /** Ends every request of the session. */
  readonly session: AbortSignal;
}

/**
 * Opens a session at one address and asks how the peer stands. Tells and writes nothing.
 *
 * @param attemptSignal ends the attempt to connect
 * @param sessionSignal ends every request of the session
 */
export async function reach(
  context: SyncContext,
  peer: DialedPeer,
  address: Address,
  attemptSignal: AbortSignal,
  sessionSignal: AbortSignal,
): Promise<Contact> {
  const signals = { attempt: attemptSignal, session: sessionSignal };
  return await askStatus(context, peer, address, signals, ({ session }) => session.status());
}

/** The same, following the keys of both devices: this one tells of its own before it asks. */
async function reachFollowing(
  context: SyncContext,
  peer: DialedPeer,
  address: Address,
  signals: ReachSignals,
): Promise<Contact> {
  try {
    return await askStatus(
      context,
      peer,
      address,
      signals,
      (opened) => statusWithKeysTold(context, opened),
    );
  } catch (error) {
    const certificate = otherKeyShown(error);
    if (certificate === undefined) throw error;
    const { fingerprint } = await followRotation(context, peer, {
      ...{ address, certificate, signal: signals.attempt },
      reason: error,
    });
    const followed = { ...peer, fingerprint, certificate };
    return await reach(context, followed, address, signals.attempt, signals.session);
  }
}

async function askStatus(
  context: SyncContext,
  peer: DialedPeer,
  address: Address,
  signals: ReachSignals,
  ask: (opened: OpenedSession) => Promise<PeerStatus>,
): Promise<Contact> {
  const { connection, certificatePem } = await connectTo(
    context.network,
    { device: peer, others: [context.device, ...context.store.peers.list()] },
    address,
    signals.attempt,
  );
  const caller = newCaller(context, peer, connection, signals.session);
  const session = new PeerSession(caller, () => standingFor(context, peer));
  try {
    const status = await ask({ caller, session, peer, certificatePem });
    const { fingerprint } = peer;
    return { session, status, address: formatAddress(address), certificatePem, fingerprint };
  } catch (error) {
    session.close();
    throw error;
  }
}

/**
 * What a peer is told of this device. The pin is looked at last: what adverts are recognised by since it was
 * removed is not for it.
 *
 * @throws peer_removed
 */
function standingFor(context: SyncContext, peer: DialedPeer): CallerStanding {
  const standing = ownStanding(context, peer.deviceId);
  context.store.peers.requirePinned(peer);
  return standing;
}

/**
 * Keeps what an authenticated answer taught.
 *
 * @throws peer_removed; device_forked, of which the peer has then been told as well; fork_unproven
 */
export async function remember(
  context: SyncContext,
  peer: DialedPeer,
  contact: Contact,
): Promise<Reached> {
  const { session, status } = contact;
  try {
    await context.store.whenFree(() => checkLives(context, peer, status));
  } catch (error) {
    await session.status().catch(() => {});
    session.close();
    throw error;
  }
  const clockOffsetMs = await context.store.whenFree(() => keep(context, peer, contact));
  return { ...contact, clockOffsetMs };
}

/** @returns the peer's time minus ours */
function keep(
  context: SyncContext,
  peer: DialedPeer,
  { status, address, certificatePem }: Contact,
): number {
  const { peers } = context.store;
  const nowMs = context.nowMs();
  const known = peers.find(peer.deviceId);
  const isKnown = known?.lastGoodAddress === address && known.certificate === certificatePem &&
    known.removedAt === null && isRecent(known.lastSeenAt, nowMs, SAME_CONTACT_INTERVAL_MS);
  if (!isKnown) peers.recordContact(peer, { address, certificate: certificatePem });
  if (status.discoveryKey !== null) peers.recordDiscoveryKey(peer.deviceId, status.discoveryKey);
  const clockOffsetMs = Date.parse(status.time) - nowMs;
  if (Math.abs(clockOffsetMs - peer.clockOffsetMs) > CLOCK_JITTER_MS) {
    peers.recordClockOffset(peer.deviceId, clockOffsetMs);
  }
  return clockOffsetMs;
}
