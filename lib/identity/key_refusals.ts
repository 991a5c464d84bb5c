/** Refusing a key. Apart from what reads keys, so that a command that reads none need not load `node:crypto`. */
import { CodememError } from "../errors.ts";

const RECOVER = "Restore device.key from a backup, or make a new identity with " +
  "`codemem sync identity new --yes`, after which every device must be paired again";

/** The refusal if the key is not where the record says. */
export function keyMissing(what: string): CodememError {
  return new CodememError("key_missing", `Cannot read the device key: ${what}`, { hint: RECOVER });
}

/** The refusal if the key is there, but not what it should be. */
export function keyDamaged(what: string, cause?: unknown): CodememError {
  return new CodememError("key_damaged", `Cannot use the device key: ${what}`, {
    hint: RECOVER,
    cause,
  });
}

/** Requires that only its owner can read the file of a key. @throws {CodememError} `key_exposed` */
export function requireUnexposed(path: string, mode: number): void {
  if ((mode & 0o077) === 0) return;
  throw new CodememError("key_exposed", `Cannot use the device key: others can read ${path}`, {
    hint: `Run \`chmod 600 '${path}'\`; if others may have read it, make a new identity with ` +
      "`codemem sync identity new --yes`, after which every device must be paired again",
  });
}
