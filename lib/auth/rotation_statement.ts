/** Signing that one key follows another, and verifying it. */
import { type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import type { RotationStatement, RotationWords } from "../model/rotation.ts";
import { parsePublicKeyLine } from "./fingerprint.ts";

/** Names what is signed, so that no signature over anything else can be taken for one of these. */
const LABEL = "codemem-rotate-3";

/**
 * The text that both keys sign. No part can hold a line break, so the parts cannot run into each other.
 */
export function rotationText(words: RotationWords): Uint8Array {
  const { deviceId, sequence, oldPublicKey, newPublicKey, createdAt } = words;
  const lines = [LABEL, deviceId, String(sequence), oldPublicKey, newPublicKey, createdAt];
  return Buffer.from(lines.join("\n"), "utf8");
}

/** Signs a rotation by both keys. */
export function signRotation(
  words: RotationWords,
  keys: { readonly oldKey: KeyObject; readonly newKey: KeyObject },
): RotationStatement {
  const text = rotationText(words);
  return {
    ...words,
    oldSignature: new Uint8Array(sign(null, text, keys.oldKey)),
    newSignature: new Uint8Array(sign(null, text, keys.newKey)),
  };
}

/** Whether both keys that a statement names have signed it. */
export function isSignedByBoth(statement: RotationStatement): boolean {
  const text = rotationText(statement);
  return isSigned(text, statement.oldPublicKey, statement.oldSignature) &&
    isSigned(text, statement.newPublicKey, statement.newSignature);
}

function isSigned(text: Uint8Array, publicKey: string, signature: Uint8Array): boolean {
  const key = parsePublicKeyLine(publicKey);
  return key !== undefined && verify(null, text, key, signature);
}
