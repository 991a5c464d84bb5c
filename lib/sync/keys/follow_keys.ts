/** Handling rotated keys while dialling: this device's, the peer's, or both. */
import { certificatePublicKeyLine } from "../../auth/certificate.ts";
import { CodememError } from "../../errors.ts";
import type { Address } from "../../model/address.ts";
import { keySuperseded, type Pin } from "../../model/peer.ts";
import { readKeys } from "../../protocol/rotation.ts";
import type { PeerStatus } from "../../protocol/status.ts";
import { connectTarget } from "../ask/connect.ts";
import type { PeerConnection, SyncContext } from "../context.ts";
import type { DialedPeer } from "../ask/dial.ts";
import { leadsTo } from "./accept_rotation.ts";
import { requireNotForked } from "../standing/check_lives.ts";
import { ownRotations } from "./own_rotations.ts";
import type { PeerSession } from "../ask/session.ts";
import { SignedCaller } from "../ask/signed_caller.ts";
import { hasToTell, tellRotations } from "./tell_rotation.ts";

/** A session that has just been opened. */
export interface OpenedSession {
  readonly caller: SignedCaller;
  readonly session: PeerSession;
  readonly peer: DialedPeer;
  /** The certificate that the connection was verified against, PEM. */
  readonly certificatePem: string;
}

/** Signs requests over a connection to a peer. @param signal ends every request */
export function newCaller(
  { device, nowMs, randomBytes }: SyncContext,
  { deviceId: recipient, name: recipientName, clockOffsetMs }: DialedPeer,
  options: { readonly connection: PeerConnection; readonly signal: AbortSignal },
): SignedCaller {
  return new SignedCaller({
    ...{ device, recipient, recipientName, nowMs, randomBytes, clockOffsetMs },
    ...options,
  });
}

/**
 * Asks for the status, after announcing this device's rotations if the peer does not know them yet: it
 * could not verify a request signed with the new key.
 */
export async function statusWithKeysTold(
  context: SyncContext,
  { caller, session, peer, certificatePem }: OpenedSession,
): Promise<PeerStatus> {
  const shown = certificatePublicKeyLine(certificatePem)!;
  const tell = () => tellRotations(context, caller, { deviceId: peer.deviceId, shown });
  const isForked = context.store.lives.forkedAt() !== null;
  const isToTell = hasToTell(context, peer.deviceId);
  if (isToTell) await tell();
  try {
    return await session.status();
  } catch (error) {
    // It knew the rotations once, and was restored to an earlier state since.
    const hasForgotten = !isToTell && !isForked && error instanceof CodememError &&
      error.code === "invalid_signature" && ownRotations(context).length > 0;
    if (!hasForgotten) throw error;
    await tell();
    return await session.status();
  }
}

/**
 * Asks whoever answers in the name of a peer, with another key than the pinned one, for the rotations that
 * lead to that key. The connection proves possession of the key; statements signed by the pinned key prove
 * that it follows.
 *
 * @param met `reason` is the error that the dial failed with so far
 * @returns the present pin of the peer
 * @throws device_forked, rotation_forked, key_superseded, interrupted; peer_removed if the refusal brings those
 * statements, whose key is not pinned then; otherwise `reason`, since a stranger's answer says nothing
 */
export async function followRotation(
  context: SyncContext,
  peer: DialedPeer,
  met: {
    readonly address: Address;
    /** PEM. */
    readonly certificate: string;
    readonly signal: AbortSignal;
    readonly reason: unknown;
  },
): Promise<Pin> {
  const { address, certificate, signal, reason } = met;
  const { deviceId } = peer;
  const shown = certificatePublicKeyLine(certificate)!;
  let caller: SignedCaller | undefined;
  try {
    const target = connectTarget(deviceId, address, signal);
    const connection = await context.network.connect({ ...target, certificatePem: certificate });
    caller = newCaller(context, peer, { connection, signal });
    // There is nothing to ask: no chain leads back.
    if (isGivenUp(context, deviceId, shown)) throw keySuperseded(peer.name);
    return await tellRotations(context, caller, { deviceId, shown });
  } catch (error) {
    signal.throwIfAborted();
    requireNotForked(context);
    throw isFoundHere(context, { deviceId, shown }, error) ? error : reason;
  } finally {
    caller?.close();
  }
}

/** Whether this device has found it itself: a stranger may only claim it. */
function isFoundHere(
  context: SyncContext,
  { deviceId, shown }: { readonly deviceId: string; readonly shown: string },
  error: unknown,
): boolean {
  if (!(error instanceof CodememError)) return false;
  const peer = context.store.peers.find(deviceId);
  if (error.code === "key_superseded") return isGivenUp(context, deviceId, shown);
  if (error.code === "peer_removed") return isByFollower(context, { deviceId, shown }, error);
  if (error.code === "device_forked") return peer?.lastErrorCode === "device_forked";
  return error.code === "rotation_forked" && peer?.keyForkedAt !== null;
}

/** Whether a refusal comes with the statements that make the key of who refuses a successor of the pinned one. */
function isByFollower(
  { store }: SyncContext,
  { deviceId, shown }: { readonly deviceId: string; readonly shown: string },
  { details }: CodememError,
): boolean {
  const peer = store.peers.find(deviceId);
  if (peer === undefined || details.keys === undefined) return false;
  try {
    return leadsTo(store, peer, readKeys(details.keys), shown);
  } catch (error) {
    if (error instanceof CodememError) return false;
    throw error;
  }
}

function isGivenUp({ store }: SyncContext, deviceId: string, publicKey: string): boolean {
  return store.rotations.formerKeys(deviceId).includes(publicKey);
}
