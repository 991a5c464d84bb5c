/** What single members of a body may hold. */

/** Whether `value` counts something: a whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether `value` is a short text of visible ASCII characters, such as a version. */
export function isVisibleText(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{1,100}$/.test(value);
}

/** Whether `value` is a fingerprint: the 64 lowercase hex digits of a SHA-256. */
export function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
