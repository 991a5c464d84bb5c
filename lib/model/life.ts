/**
 * A life of a database: `<restored>.<n>.<nonce>`. Each process that speaks to other devices begins one,
 * so that a copy in use elsewhere can be told from the database that it was copied from.
 */

import { isRecent } from "./timestamp.ts";

/** One life of one database. */
export interface Life {
  /** When the database was last restored, in milliseconds since 1970; 0 if it never was. */
  readonly restoredMs: number;
  /** Its number, one higher than that of the life before. */
  readonly n: number;
  /** 16 lowercase hex digits. */
  readonly nonce: string;
}

const LIFE = /^(0|[1-9]\d{0,15})\.([1-9]\d{0,15})\.([0-9a-f]{16})$/;

/** The text of a life. */
export function formatLife({ restoredMs, n, nonce }: Life): string {
  return `${restoredMs}.${n}.${nonce}`;
}

/** Reads a life's text; `undefined` unless it is exactly what {@link formatLife} writes. */
export function parseLife(text: unknown): Life | undefined {
  const match = typeof text === "string" ? LIFE.exec(text) : null;
  if (match === null) return undefined;
  const [restoredMs, n] = [Number(match[1]), Number(match[2])];
  const isExact = Number.isSafeInteger(restoredMs) && Number.isSafeInteger(n);
  return isExact ? { restoredMs, n, nonce: match[3]! } : undefined;
}

/** A device's signed statement about its database, which it recognises when a peer repeats it. */
export interface SignedLife {
  readonly life: Life;
  /** The cursor of the end of its log at that time. */
  readonly head: string;
  /** By the device's key, base64url without padding. */
  readonly signature: string;
}

/** `<life>/<head>/<signature>`: only the head, which is opaque to others, may contain a slash. */
const SIGNED_LIFE = /^([0-9a-f.]{1,60})\/([\x21-\x7e]{1,200})\/([A-Za-z0-9_-]{86})$/;

/** The text of a signed life. */
export function formatSignedLife({ life, head, signature }: SignedLife): string {
  return `${formatLife(life)}/${head}/${signature}`;
}

/** Reads such a text without verifying the signature; `undefined` if it is malformed. */
export function parseSignedLife(text: unknown): SignedLife | undefined {
  const match = typeof text === "string" ? SIGNED_LIFE.exec(text) : null;
  const life = parseLife(match?.[1]);
  return match === null || life === undefined
    ? undefined
    : { life, head: match[2]!, signature: match[3]! };
}

/** Whether `a` is later than `b`: restored later, or begun later after the same restore. */
export function isLaterLife(a: Life, b: Life): boolean {
  return a.restoredMs === b.restoredMs ? a.n > b.n : a.restoredMs > b.restoredMs;
}

/** A copy that is in use asks again and again: one that was not heard of for so long is not told of. */
const COPY_TOLD_MS = 60 * 60 * 1_000;

/** Whether another copy of a database was in use lately. @param seenAt when it was refused last */
export function isCopyInUse(seenAt: string | null, nowMs: number): boolean {
  return isRecent(seenAt, nowMs, COPY_TOLD_MS);
}

/** What to do about a copy that is used on another machine, for people at the one that goes on. */
export const WAY_OUT_OF_COPY = "This device goes on; on the other machine, run " +
  "`codemem sync identity new --yes` and pair it again";

/** What to do about a forked database, for people. @param name of the device that it is on */
export function waysOutOfFork(name: string): string {
  return `If another machine uses the other copy, run \`codemem sync identity new --yes\` on ` +
    `${name} and pair it again; if none does, run \`codemem sync identity keep\` on ${name}`;
}
