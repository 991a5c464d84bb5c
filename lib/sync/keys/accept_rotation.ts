/** Accepting a peer's new key, if its own statements lead to it from the pinned one. */
import { fingerprintOf } from "../../auth/fingerprint.ts";
import { type ChainVerdict, judgeChain } from "../../auth/rotation_chain.ts";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { formatSignedLife, type SignedLife } from "../../model/life.ts";
import { deviceForked, peerRemoved, type Pin } from "../../model/peer.ts";
import type { RotationStatement } from "../../model/rotation.ts";
import type { ToldRotations } from "../../protocol/rotation.ts";
import { isOlderCopy } from "../../replication/lives.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";

/**
 * Returns the key that a chain of a peer ends with. It is not trusted yet: the caller has to prove that it
 * holds the key.
 *
 * @throws rotation_invalid, rotation_replayed, rotation_unlinked
 */
export function keyAtEnd(store: Store, peer: Peer, chain: readonly RotationStatement[]): string {
  const judged = judge(store, peer, chain);
  if (judged.verdict === "current") return peer.publicKey;
  if (judged.verdict === "follows" || judged.verdict === "forked") return judged.publicKey;
  throw refusal(peer, judged);
}

/**
 * Pins the key that a chain leads to, in one transaction. The other end has proven that it holds the key.
 *
 * @returns the present pin of the peer
 * @throws rotation_forked, device_forked, both also recorded; as {@link keyAtEnd}; peer_removed
 */
export function acceptRotation(
  store: Store,
  { deviceId, statements, life }: ToldRotations,
): Pin {
  const { peer, judged, met } = store.transaction(() => {
    const peer = store.peers.find(deviceId);
    if (peer === undefined || peer.removedAt !== null) throw peerRemoved();
    const judged = judge(store, peer, statements);
    if (judged.verdict === "current") store.rotations.recordAccepted(deviceId, judged.sequence);
    if (judged.verdict === "forked") store.rotations.recordFork(deviceId);
    if (judged.verdict !== "follows") return { peer, judged };
    const met = store.lives.ofPeer(deviceId);
    // Who follows an older copy parts with the device that it was copied from.
    if (met !== null && life !== undefined && isOlderCopy(life, met)) {
      store.peers.recordRefused(deviceId, deviceForked(peer.name));
      store.lives.recordCopyOfPeer(deviceId);
      return { peer, judged, met };
    }
    const { publicKey, steps } = judged;
    store.rotations.follow(peer, { publicKey, fingerprint: fingerprintOf(publicKey), steps });
    return { peer, judged };
  });
  if (met !== undefined) throw ofOlderCopy(peer, met);
  if (judged.verdict === "current") return peer;
  if (judged.verdict !== "follows") throw refusal(peer, judged);
  return { deviceId, fingerprint: fingerprintOf(judged.publicKey) };
}

/** Whether a chain of a peer leads from the pinned key to another one. Nothing is pinned. */
export function leadsTo(
  store: Store,
  peer: Peer,
  { deviceId, statements }: ToldRotations,
  publicKey: string,
): boolean {
  if (deviceId !== peer.deviceId) return false;
  const judged = judge(store, peer, statements);
  return judged.verdict === "follows" && judged.publicKey === publicKey;
}

/** It is shown its own word, by which it can tell. */
function ofOlderCopy({ name }: Peer, met: SignedLife): CodememError {
  const { code, message, hint } = deviceForked(name);
  return new CodememError(code, message, { hint, details: { known_life: formatSignedLife(met) } });
}

function judge(store: Store, peer: Peer, chain: readonly RotationStatement[]): ChainVerdict {
  const { deviceId, publicKey, rotationAccepted: sequence } = peer;
  const steps = store.rotations.ofPeer(deviceId);
  return judgeChain({ deviceId, publicKey, sequence, steps }, chain);
}

const CODES = {
  invalid: "rotation_invalid",
  replayed: "rotation_replayed",
  unlinked: "rotation_unlinked",
} as const satisfies Record<string, ErrorCode>;

function refusal(
  { name }: Peer,
  judged: Exclude<ChainVerdict, { readonly verdict: "current" | "follows" }>,
): CodememError {
  if (judged.verdict === "forked") {
    return new CodememError(
      "rotation_forked",
      `Two keys claim to follow the same key of ${name}: somebody else may have it`,
      {
        hint:
          `Find out which one is ${name}'s, remove it with \`codemem sync peers remove\`, and ` +
          "pair it again",
      },
    );
  }
  const { verdict, problem } = judged;
  return new CodememError(CODES[verdict], `Cannot follow the keys of ${name}: ${problem}`, {
    hint: "Pair the two devices again with `codemem sync pair`",
  });
}
