/** Whether a database is the one that its peers have met, or an older copy of it. */
import { type Cursor, parseCursor } from "../model/cursor.ts";
import type { Life } from "../model/life.ts";

/** What a peer has met of a database. */
export interface Met {
  /** Its newest life; null where none was told. */
  readonly life: Life | null;
  /** The furthest cursor of its log; null where none was read. */
  readonly head: string | null;
}

/** What a database knows of itself. */
export interface OwnLives {
  readonly restoredMs: number;
  /** The end of its log. */
  readonly head: Cursor;
  /** The oldest life that is still remembered; 0 where there is none. */
  readonly oldest: number;
  /** The nonce of its life of the same number as the one that was met; null where it has none. */
  readonly nonceMet: string | null;
}

/**
 * Whether another copy of this database has gone on: a peer has met a life of it, or read a place in
 * its log, that it knows nothing of. What a peer tells was told to it by this very database, so that
 * nothing which is merely late can be mistaken for it.
 */
export function hasForked(own: OwnLives, { life, head }: Met): boolean {
  return (life !== null && isUnknown(own, life)) || (head !== null && isBeyond(own.head, head));
}

function isUnknown({ restoredMs, oldest, nonceMet }: OwnLives, life: Life): boolean {
  // Restoring ends the lives before it, and what peers have met of them.
  if (life.restoredMs !== restoredMs) return life.restoredMs > restoredMs;
  if (life.n < oldest) return false;
  return nonceMet !== life.nonce;
}

function isBeyond(head: Cursor, met: string): boolean {
  const cursor = parseCursor(met);
  return cursor !== undefined && cursor.epoch === head.epoch && cursor.seq > head.seq;
}
