/** Noticing that a database was restored by hand or its disk cloned, before anything is exchanged. */
import { isLifeSigned } from "../../auth/life_signature.ts";
import { CodememError } from "../../errors.ts";
import type { SignedLife } from "../../model/life.ts";
import { deviceForked } from "../../model/peer.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import type { SyncContext } from "../context.ts";

/** What a peer has told of its own database, and of what it has met of this device's. */
export interface ToldLives {
  readonly life?: SignedLife | null | undefined;
  readonly knownLife?: SignedLife | null | undefined;
  readonly knownHead?: string | null | undefined;
}

/** The peer, as it was known before it was spoken to. */
export type CheckedPeer = Pick<Peer, "deviceId" | "name" | "rotationTold">;

/**
 * Takes in what a peer has told. Where this device's own word shows that another copy of its database
 * has gone on, the device speaks to nobody from then on. A peer that says so without that word is not
 * spoken to, and cannot keep the device from others.
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
  if (life) lives.meet(peer.deviceId, life);
}

/** @throws device_forked where another copy of this device's database has gone on */
export function requireNotForked(
  { store, device }: { readonly store: Store; readonly device: { readonly name: string } },
): void {
  if (store.lives.forkedAt() !== null) throw deviceForked(device.name);
}

/**
 * A key that was given up has signed what was said before. Once a peer knows the one that followed, it has
 * met that one's word: whoever has the old key by now says nothing through it.
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
    `${peerName} says that it has met a later copy of the database of ${device.name}, and does not prove it`,
    {
      hint: `If ${device.name} was restored by hand or its disk was cloned, run ` +
        `\`codemem sync identity new --yes\` or \`codemem sync identity keep\` on it; if not, remove ` +
        `${peerName} on it and pair the two again`,
    },
  );
}
