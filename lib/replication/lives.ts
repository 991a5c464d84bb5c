/** Whether a database is the one that its peers know, or an older copy of it. */
import { type Cursor, parseCursor } from "../model/cursor.ts";
import { isLaterLife, type Life, type SignedLife } from "../model/life.ts";

/** What a peer has seen of a database. */
export interface Met {
  /** Its newest life; null if none was told. */
  readonly life: Life | null;
  /** The latest cursor of its log; null if none was read. */
  readonly head: string | null;
}

/** What a database knows of itself. */
export interface OwnLives {
  readonly restoredMs: number;
  /** The end of its log. */
  readonly head: Cursor;
  /** The number of the oldest life that is still stored; 0 if there is none. */
  readonly oldest: number;
  /** The nonce of its own life with the number of the one that was seen; null if it has none. */
  readonly nonceMet: string | null;
}

/**
 * Whether another copy of this database has been used: a peer has seen a life of it, or read a position
 * in its log, that it does not know itself. Whatever a peer has seen was told by this very database, so
 * a statement that is merely outdated is never mistaken for a fork.
 */
export function hasForked(own: OwnLives, { life, head }: Met): boolean {
  return (life !== null && isUnknown(own, life)) || (head !== null && isBeyond(own.head, head));
}

/**
 * Whether what a device tells of its database is of an older copy of the one that was met. A log does not
 * shrink, and of two lives with one number one is of a copy.
 *
 * @param met the latest word of the device that was kept
 */
export function isOlderCopy(told: SignedLife, met: SignedLife): boolean {
  const { life } = told;
  if (life.restoredMs > met.life.restoredMs) return false;
  if (isLaterLife(met.life, life)) return true;
  return (life.n === met.life.n && life.nonce !== met.life.nonce) || growthOf(told, met) < 0;
}

/** Whether it is the device's latest word: a later life, or the same one with more in its log. */
export function isLaterStatement(told: SignedLife, met: SignedLife): boolean {
  if (isOlderCopy(told, met)) return false;
  return isLaterLife(told.life, met.life) || growthOf(told, met) > 0;
}

/** How much longer a log is by now; 0 for another one. */
function growthOf(told: SignedLife, met: SignedLife): number {
  const [head, before] = [parseCursor(told.head), parseCursor(met.head)];
  return head === undefined || head.epoch !== before?.epoch ? 0 : head.seq - before.seq;
}

function isUnknown({ restoredMs, oldest, nonceMet }: OwnLives, life: Life): boolean {
  // A restore ends all lives before it, so what peers have seen of those no longer matters.
  if (life.restoredMs !== restoredMs) return life.restoredMs > restoredMs;
  if (life.n < oldest) return false;
  return nonceMet !== life.nonce;
}

function isBeyond(head: Cursor, met: string): boolean {
  const cursor = parseCursor(met);
  return cursor !== undefined && cursor.epoch === head.epoch && cursor.seq > head.seq;
}
