/** Chance that can be repeated. */

/** Numbers from a seed: always the same ones. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    // Mulberry32, a generator of 32 bits of state that passes the common tests.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, at least 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Whether something happens that does so with this probability. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of `items`, of which there is at least one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** So many bytes. */
  readonly bytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => this.below(256));

  /** Like a version 4 UUID. */
  readonly uuid = (): string => {
    const hex = Array.from(this.bytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
  };

  /** A word that stands nowhere else. */
  word(): string {
    return `zq${this.below(2 ** 32).toString(36)}${this.below(2 ** 32).toString(36)}`;
  }
}
