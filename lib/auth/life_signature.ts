/** Signing what a device says of its database, so that no peer can make it up. */
import { type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { formatLife, type SignedLife } from "../model/life.ts";
import { parsePublicKeyLine } from "./fingerprint.ts";

/** Names what is signed, so that no signature over anything else can be taken for one of these. */
const LABEL = "codemem-life-3";

/**
 * What each key has signed last: a device says the same with each status until its log grows, and
 * Ed25519 signs the same text the same way (RFC 8032, 5.1.6).
 */
const LAST_SIGNED = new WeakMap<KeyObject, { readonly text: string; readonly signature: string }>();

/** What is said of a database, without proof. */
type LifeWords = Pick<SignedLife, "life" | "head">;

/** Signs it by the key of the device. */
export function signLife(deviceId: string, words: LifeWords, privateKey: KeyObject): SignedLife {
  const text = lifeText(deviceId, words);
  const last = LAST_SIGNED.get(privateKey);
  if (last?.text === text) return { ...words, signature: last.signature };
  const signature = Buffer.from(sign(null, Buffer.from(text), privateKey)).toString("base64url");
  LAST_SIGNED.set(privateKey, { text, signature });
  return { ...words, signature };
}

/** Whether one of a device's keys has signed it. @param publicKeys `ssh-ed25519 <base64>` each */
export function isLifeSigned(
  deviceId: string,
  signed: SignedLife,
  publicKeys: Iterable<string>,
): boolean {
  const text = Buffer.from(lifeText(deviceId, signed));
  const signature = Buffer.from(signed.signature, "base64url");
  return [...publicKeys].some((line) => {
    const key = parsePublicKeyLine(line);
    return key !== undefined && verify(null, text, key, signature);
  });
}

/** No part can hold a line break, so the parts cannot run into each other. */
function lifeText(deviceId: string, { life, head }: LifeWords): string {
  return [LABEL, deviceId, formatLife(life), head].join("\n");
}
