/** Fingerprints for people. Apart from making them, which takes cryptography that is slow to load. */

/** A fingerprint as people compare it: groups of four digits. */
export function formatFingerprint(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
}
