/** A private key as a text on one line, as keychains take it: the base64 of its PKCS#8 (RFC 8410 §7). */
import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { CodememError } from "../errors.ts";

/** Writes a key. */
export function encodeSecret(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "der" }).toString("base64");
}

/** Reads a key. @throws key_damaged unless the text is exactly what {@link encodeSecret} writes */
export function decodeSecret(text: string, place: string): KeyObject {
  const der = Buffer.from(text, "base64");
  try {
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519" && encodeSecret(key) === text) return key;
  } catch {
    // No key at all.
  }
  throw new CodememError("key_damaged", `Cannot use the device key: ${place} does not hold one`, {
    hint:
      "Make a new identity with `codemem sync identity new --yes`, after which every device must be " +
      "paired again",
  });
}
