/** Whether a device's rotation statements lead from the pinned key to another one. */
import type { RotationStatement } from "../model/rotation.ts";
import { isSignedByBoth } from "./rotation_statement.ts";

/** A step from one key to the next. */
export type KeyStep = Pick<RotationStatement, "oldPublicKey" | "newPublicKey">;

/** What is known of a device's keys. */
export interface KnownKeys {
  readonly deviceId: string;
  /** The key that is pinned. */
  readonly publicKey: string;
  /** Of the last rotation that was accepted; 0 if there was none. */
  readonly sequence: number;
  /** The steps that were accepted so far. */
  readonly steps: readonly KeyStep[];
}

/** The verdict on a chain. */
export type ChainVerdict =
  /** It contains nothing new: it ends with the pinned key. */
  | { readonly verdict: "current"; readonly sequence: number }
  /** Its last key follows the pinned one, by these steps. */
  | {
    readonly verdict: "follows";
    readonly publicKey: string;
    readonly sequence: number;
    readonly steps: readonly RotationStatement[];
  }
  /** It gives a second successor to a key that has one: somebody else has that key, too. */
  | { readonly verdict: "forked"; readonly publicKey: string }
  | { readonly verdict: "invalid" | "replayed" | "unlinked"; readonly problem: string };

/**
 * Judges a chain. All of it has to be valid, including the part that is known already: sequences
 * increase, each statement begins with the key that the one before ends with, no key occurs twice, and
 * both signatures of each statement verify.
 *
 * @param chain in order, the oldest first
 */
export function judgeChain(known: KnownKeys, chain: readonly RotationStatement[]): ChainVerdict {
  const problem = problemIn(known.deviceId, chain);
  if (problem !== undefined) return { verdict: "invalid", problem };
  const last = chain.at(-1);
  if (last === undefined) return { verdict: "current", sequence: known.sequence };
  if (isForked(known, chain)) return { verdict: "forked", publicKey: last.newPublicKey };
  if (last.newPublicKey === known.publicKey) {
    return { verdict: "current", sequence: Math.max(known.sequence, last.sequence) };
  }
  const steps = chain.slice(startOf(chain, known.publicKey));
  if (steps.length === 0) return unlinked(known, last);
  return judgeSteps(known, steps);
}

function judgeSteps(known: KnownKeys, steps: readonly RotationStatement[]): ChainVerdict {
  const { sequence, newPublicKey: publicKey } = steps.at(-1)!;
  if (steps[0]!.sequence <= known.sequence) {
    return { verdict: "replayed", problem: "its sequence is not above the last one accepted" };
  }
  const retired = known.steps.map(({ oldPublicKey }) => oldPublicKey);
  if (steps.some((step) => retired.includes(step.newPublicKey))) {
    return { verdict: "invalid", problem: "it returns to a key that was given up" };
  }
  return { verdict: "follows", publicKey, sequence, steps };
}

/** The index of the statement that begins with a key; the length of the chain if there is none. */
function startOf(chain: readonly RotationStatement[], publicKey: string): number {
  const start = chain.findIndex(({ oldPublicKey }) => oldPublicKey === publicKey);
  return start === -1 ? chain.length : start;
}

function unlinked(known: KnownKeys, { newPublicKey }: RotationStatement): ChainVerdict {
  return known.steps.some(({ oldPublicKey }) => oldPublicKey === newPublicKey)
    ? { verdict: "replayed", problem: "it ends at a key that has been given up since" }
    : { verdict: "unlinked", problem: "it does not begin at the pinned key" };
}

function isForked({ steps }: KnownKeys, chain: readonly RotationStatement[]): boolean {
  return chain.some(({ oldPublicKey, newPublicKey }) =>
    steps.some((step) => step.oldPublicKey === oldPublicKey && step.newPublicKey !== newPublicKey)
  );
}

function problemIn(deviceId: string, chain: readonly RotationStatement[]): string | undefined {
  const keys = [...chain.slice(0, 1).map(({ oldPublicKey }) => oldPublicKey)];
  for (const [index, statement] of chain.entries()) {
    const before = chain[index - 1];
    if (statement.deviceId !== deviceId) return "a statement is of another device";
    if (before !== undefined && statement.sequence <= before.sequence) {
      return "its sequences do not rise";
    }
    if (statement.oldPublicKey !== keys.at(-1)) return "its keys do not follow each other";
    if (keys.includes(statement.newPublicKey)) return "a key comes twice";
    if (!isSignedByBoth(statement)) return "a statement is not signed by both of its keys";
    keys.push(statement.newPublicKey);
  }
  return undefined;
}
