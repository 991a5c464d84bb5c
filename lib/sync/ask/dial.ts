/** Reaching a peer at whichever of its addresses it proves its identity first. */
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

/** The next address is tried after this time, or at once when all before have failed. */
const STAGGER_MS = 250;
/** An answer takes time to arrive: a smaller change of the offset between two clocks is ignored. */
const CLOCK_JITTER_MS = 2_000;
/** A contact that brings nothing new is recorded at most this often. */
const SAME_CONTACT_INTERVAL_MS = 30_000;

/** A peer that has been reached and has proven its identity. */
export interface Reached {
  readonly session: PeerSession;
  readonly status: PeerStatus;
  /** `host:port`. */
  readonly address: string;
  /** The certificate that the connection was verified against, PEM. */
  readonly certificatePem: string;
  /** Of the key that it is pinned by now: it may have rotated since it was read from the store. */
  readonly fingerprint: string;
  /** The peer's time minus ours, as its answer told. */
  readonly clockOffsetMs: number;
}

/** What a dial needs to know of a peer. */
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
  /** `host:port` each, where the peer was seen on the local network, most credible first. */
  readonly discovered?: readonly string[];
  /** Ends the dial, but not the session that it leads to. */
  readonly giveUp?: AbortSignal | undefined;
  /** Ends the dial, and every request of the session that it leads to. */
  readonly signal: AbortSignal;
}

/**
 * Dials a peer. The first address at which it answers an authenticated status wins and is recorded; the
 * other connections are closed.
 *
 * @throws unreachable if no address answers, or the most informative of the failures
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
    addresses.map((address) => (attemptSignal: AbortSignal) =>
      reachFollowing(context, peer, { address, attemptSignal, sessionSignal: options.signal })
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
  // The peer only repeats what this device has told it: then the message is about this device.
  if (failure.code === "device_forked") requireNotForked(context);
  throw failure;
}

/** An authenticated answer at an address. */
export type Contact = Omit<Reached, "clockOffsetMs">;

/** Options of {@link reach}. */
export interface ReachOptions {
  readonly address: Address;
  /** Ends the attempt to connect. */
  readonly attemptSignal: AbortSignal;
  /** Ends every request of the session. */
  readonly sessionSignal: AbortSignal;
  /** How to ask for the status; by a plain request unless told otherwise. */
  readonly ask?: (opened: OpenedSession) => Promise<PeerStatus>;
}

/**
 * Opens a session at one address and asks for the status. Writes nothing to the store.
 *
 * @throws untrusted_certificate if another device answers there; unreachable, timed_out; the refusal
 */
export async function reach(
  context: SyncContext,
  peer: DialedPeer,
  options: ReachOptions,
): Promise<Contact> {
  const { address, attemptSignal, sessionSignal, ask = ({ session }) => session.status() } =
    options;
  const device = { device: peer, others: [context.device, ...context.store.peers.list()] };
  const target = { address, signal: attemptSignal };
  const { connection, certificatePem } = await connectTo(context.network, device, target);
  const caller = newCaller(context, peer, { connection, signal: sessionSignal });
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

/** The same, following the keys of both devices: this one announces its own before it asks. */
async function reachFollowing(
  context: SyncContext,
  peer: DialedPeer,
  options: ReachOptions,
): Promise<Contact> {
  const { address, attemptSignal: signal } = options;
  const ask = (opened: OpenedSession) => statusWithKeysTold(context, opened);
  try {
    return await reach(context, peer, { ...options, ask });
  } catch (reason) {
    const certificate = otherKeyShown(reason);
    if (certificate === undefined) throw reason;
    const met = { address, certificate, signal, reason };
    const { fingerprint } = await followRotation(context, peer, met);
    return await reach(context, { ...peer, fingerprint, certificate }, options);
  }
}

/**
 * What a peer is told about this device. The pin is checked last: if the peer was removed meanwhile, it must
 * not learn the new discovery key.
 *
 * @throws peer_removed
 */
function standingFor(context: SyncContext, peer: DialedPeer): CallerStanding {
  const standing = ownStanding(context, peer.deviceId);
  context.store.peers.requirePinned(peer);
  return standing;
}

/**
 * Checks and records what an authenticated answer tells.
 *
 * @throws peer_removed; device_forked, which the peer has then been told as well; fork_unproven
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
  if (known !== undefined && status.copySeen !== known.ownCopySeenAt) {
    context.store.lives.recordOwnCopy(peer.deviceId, status.copySeen);
  }
  const clockOffsetMs = Date.parse(status.time) - nowMs;
  if (Math.abs(clockOffsetMs - peer.clockOffsetMs) > CLOCK_JITTER_MS) {
    peers.recordClockOffset(peer.deviceId, clockOffsetMs);
  }
  return clockOffsetMs;
}
