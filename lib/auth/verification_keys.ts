/** Public keys ready for verifying: reading one from its line costs as much as using it. */
import type { KeyObject } from "node:crypto";
import { fingerprintOf, parsePublicKeyLine } from "./fingerprint.ts";

/** A key and the fingerprint it really has. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly fingerprint: string;
}

/** More than anyone has devices; the oldest entry makes room for the next. */
const MAX_KEYS = 256;

/** Keeps what was read from public key lines. */
export class VerificationKeys {
  readonly #keys = new Map<string, VerificationKey>();

  /** The key of a public key line; `undefined` where it is not one. */
  get(line: string): VerificationKey | undefined {
    const known = this.#keys.get(line);
    if (known !== undefined) return known;
    const key = parsePublicKeyLine(line);
    if (key === undefined) return undefined;
    const entry = { key, fingerprint: fingerprintOf(line) };
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size < MAX_KEYS) break;
      this.#keys.delete(oldest);
    }
    this.#keys.set(line, entry);
    return entry;
  }
}
