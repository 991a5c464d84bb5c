/** The numbers that both sides of the wire hold to. */

/** The one version of the protocol that this program speaks. */
export const PROTOCOL = 3;

/** Ops in one page or one push, at most. */
export const MAX_PAGE_OPS = 2_000;
/** Ops in a page where the request does not say. */
export const DEFAULT_PAGE_OPS = 500;
/** Bytes of a body as it is sent, at most. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/**
 * Bytes of ops that a page is filled up to, as the log counts them: so far below
 * {@link MAX_BODY_BYTES} that ids of the greatest length do not carry a page beyond it.
 */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;
/** Bytes of a body once it is inflated, at most. */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;
/** Seconds that a request for ops may wait for some. */
export const MAX_WAIT_S = 25;

/** Objects and arrays within each other in a body, at most: a payload's own depth, and some more. */
export const MAX_JSON_DEPTH = 64;
/** Characters of an invitation, at most. */
export const MAX_INVITE_LENGTH = 500;
/** Addresses that one device tells of itself, at most. */
export const MAX_ADDRESSES = 16;
