/**
 * The digest of a store: a fingerprint of everything in it that does not depend on the order in which
 * it arrived. Two devices with equal digests hold the same memories.
 *
 * It is the sum, modulo 2^256, of one SHA-256 for each memory (AdHash, Bellare and Micciancio 1997),
 * so that one change costs one subtraction and one addition.
 */
import { sha256Hex } from "./sha256.ts";
import type { Clock } from "./clock.ts";
import type { OpType } from "./op.ts";

/** One version of one memory, as far as others must agree on it. */
export interface Version {
  readonly entityId: string;
  readonly opType: OpType;
  readonly clock: Clock;
  /** SHA-256 of the canonical payload, lowercase hex; empty for a tombstone. */
  readonly payloadHash: string;
}

/** What a store holds, in three numbers. */
export interface Digest {
  /** Memories that are not deleted. */
  readonly live: number;
  readonly tombstones: number;
  /** Sum of the versions' hashes modulo 2^256. */
  readonly sum: bigint;
}

/** The digest of a store without memories. */
export const EMPTY_DIGEST: Digest = { live: 0, tombstones: 0, sum: 0n };

const BITS = 256;

/** The digest with `version` counted in. */
export function addVersion(digest: Digest, version: Version): Digest {
  return shift(digest, version, 1);
}

/** The digest with `version` taken out again. */
export function removeVersion(digest: Digest, version: Version): Digest {
  return shift(digest, version, -1);
}

/** The sum as 64 lowercase hex digits. */
export function formatDigestSum(sum: bigint): string {
  return sum.toString(16).padStart(64, "0");
}

/** Reads what {@link formatDigestSum} wrote; `undefined` for anything else. */
export function parseDigestSum(text: unknown): bigint | undefined {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** Whether two stores hold the same memories. */
export function digestsEqual(a: Digest, b: Digest): boolean {
  return a.sum === b.sum && a.live === b.live && a.tombstones === b.tombstones;
}

/** How many memories, at least, are in `theirs` and not in `ours`, deleted ones counted in. */
export function missingFrom(ours: Digest, theirs: Digest): number {
  return Math.max(0, theirs.live + theirs.tombstones - ours.live - ours.tombstones);
}

function shift(digest: Digest, version: Version, by: 1 | -1): Digest {
  const part = versionHash(version);
  const sum = by === 1 ? digest.sum + part : digest.sum - part;
  return {
    live: digest.live + (version.opType === "upsert" ? by : 0),
    tombstones: digest.tombstones + (version.opType === "delete" ? by : 0),
    sum: BigInt.asUintN(BITS, sum),
  };
}

/** No part can hold a line break, so the parts cannot run into each other. */
function versionHash({ entityId, opType, clock, payloadHash }: Version): bigint {
  const { rev, updatedAt, deviceId } = clock;
  const text =
    `codemem-version-3\n${entityId}\n${rev}\n${updatedAt}\n${deviceId}\n${opType}\n${payloadHash}`;
  return BigInt(`0x${sha256Hex(text)}`);
}
