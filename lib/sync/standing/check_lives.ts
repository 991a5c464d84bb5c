/** Detecting that a database was put back by hand or its disk cloned, before anything is exchanged. */
import { isLifeSigned } from "../../auth/life_signature.ts";
import { CodememError } from "../../errors.ts";
import type { SignedLife } from "../../model/life.ts";
import { deviceForked } from "../../model/peer.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import type { SyncContext } from "../context.ts";

/** What a peer has told about its own database, and what it has seen of this device's. */
export interface ToldLives {
  readonly life?: SignedLife | null | undefined;
  readonly knownLife?: SignedLife | null | undefined;
  readonly knownHead?: string | null | undefined;
}

/** The peer, as it was known before this contact. */
export type CheckedPeer = Pick<Peer, "deviceId" | "name" | "rotationTold">;

/**
 * Checks and records what a peer has told. If this device's own signed statement shows that another copy
 * of its database has been used, the device stops syncing altogether. If a peer claims so without such a
 * statement, only the exchange with that peer stops.
 *
 * @throws device_forked; fork_unproven
 */
export function checkLives(
  context: SyncContext,
  peer: CheckedPeer,
  { life, knownLife, knownHead }: ToldLives,
): void {
  const { lives } = context.store;
  if (knownLife && lives.haveForked(knownLife) && isOwnWord(context, peer, knownLife)) {
    lives.markForked(knownLife.life);
  }
  requireNotForked(context);
  const claim = { life: knownLife?.life ?? null, head: knownHead ?? null };
  if (lives.haveForked(claim)) throw unproven(context, peer.name);
  if (life) lives.recordOfPeer(peer.deviceId, life);
}

/** @throws device_forked if another copy of this device's database has been used */
export function requireNotForked(
  { store, device }: { readonly store: Store; readonly device: { readonly name: string } },
): void {
  if (store.lives.forkedAt() !== null) throw deviceForked(device.name);
}

/**
 * Whether this device has signed the statement: with its present key, or with an earlier one whose
 * successor the peer does not know yet. Once a peer knows the successor, it has statements signed with
 * that; somebody who has got hold of the old key cannot use it here.
 */
function isOwnWord(
  { store, device }: SyncContext,
  { rotationTold }: CheckedPeer,
  signed: SignedLife,
): boolean {
  const earlier = store.rotations.own()
    .filter(({ sequence }) => sequence > rotationTold)
    .map(({ oldPublicKey }) => oldPublicKey);
  return isLifeSigned(device.deviceId, signed, [device.publicKey, ...earlier]);
}

function unproven({ device }: SyncContext, peerName: string): CodememError {
  return new CodememError(
    "fork_unproven",
    `${peerName} claims to know a later copy of the database of ${device.name}, and does not prove it`,
    {
      hint: `If ${device.name} was restored by hand or its disk was cloned, run ` +
        `\`codemem sync identity new --yes\` or \`codemem sync identity keep\` on it; if not, remove ` +
        `${peerName} on it and pair the two again`,
    },
  );
}
