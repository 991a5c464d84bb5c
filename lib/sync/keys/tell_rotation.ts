/** The calling side of rotation: announcing this device's keys to a peer, and learning the peer's. */
import { fingerprintOf } from "../../auth/fingerprint.ts";
import { CodememError } from "../../errors.ts";
import { parseSignedLife } from "../../model/life.ts";
import type { Pin } from "../../model/peer.ts";
import {
  decodeRotateResponse,
  encodeRotateRequest,
  type ToldRotations,
} from "../../protocol/rotation.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { acceptRotation } from "./accept_rotation.ts";
import type { SyncContext } from "../context.ts";
import { checkLives, requireNotForked } from "../standing/check_lives.ts";
import { ownKeys, ownKeysAndLife, ownRotations } from "./own_rotations.ts";
import type { SignedCaller } from "../ask/signed_caller.ts";

/** Whether the peer does not know all rotations of this device yet. A forked device announces nothing. */
export function hasToTell(context: SyncContext, peerDeviceId: string): boolean {
  if (context.store.lives.forkedAt() !== null) return false;
  const last = ownRotations(context).at(-1)?.sequence ?? 0;
  return last > (context.store.peers.find(peerDeviceId)?.rotationTold ?? 0);
}

/**
 * Announces this device's rotations to the peer, and accepts the key that the peer has proven to hold.
 *
 * @param peer `shown`: the public key that the connection is verified against
 * @returns the present pin of the peer
 * @throws device_forked; the refusal; rotation_forked, rotation_invalid, rotation_replayed, rotation_unlinked;
 * untrusted_certificate if its statements do not lead to the key that it holds
 */
export async function tellRotations(
  context: SyncContext,
  caller: SignedCaller,
  peer: { readonly deviceId: string; readonly shown: string },
): Promise<Pin> {
  requireNotForked(context);
  const { store } = context;
  const { deviceId, shown } = peer;
  const pinned = store.peers.find(deviceId);
  const isPinned = pinned?.publicKey === shown;
  const told = isPinned ? ownKeysAndLife(context) : ownKeys(context);
  const answer = await exchange(caller, told).catch(async (error) => {
    if (isPinned) await store.whenFree(() => checkOwnStatement(context, pinned, error));
    throw error;
  });
  const end = answer.statements.at(-1)?.newPublicKey ?? pinned?.publicKey;
  if (answer.deviceId !== deviceId || end !== shown) throw doesNotLead();
  const pin = await store.whenFree(() => acceptRotation(store, answer));
  if (pin.fingerprint !== fingerprintOf(shown)) throw doesNotLead();
  const last = told.statements.at(-1)?.sequence ?? 0;
  await store.whenFree(() => store.rotations.recordTold(deviceId, last));
  return pin;
}

async function exchange(caller: SignedCaller, told: ToldRotations): Promise<ToldRotations> {
  const body = encodeRotateRequest(told);
  return decodeRotateResponse(await caller.call({ method: "POST", target: "/v1/rotate", body }));
}

/** A peer that takes this database for an older copy returns the statement of this device that it keeps. */
function checkOwnStatement(context: SyncContext, peer: Peer, error: unknown): void {
  const isForked = error instanceof CodememError && error.code === "device_forked";
  const knownLife = isForked ? parseSignedLife(error.details.known_life) : undefined;
  if (knownLife !== undefined) checkLives(context, peer, { knownLife });
}

function doesNotLead(): CodememError {
  return new CodememError(
    "untrusted_certificate",
    "The rotations that the other device tells do not lead to the key it has",
    { hint: "If it has a new identity, pair it again; if not, somebody else answers there" },
  );
}
