/** Verifying one signature of an HTTP message by the general rules of RFC 9421 §3.2. */
import { type InnerList, isInnerList, parseDictionary } from "structured-headers";
import { Buffer } from "node:buffer";
import type { Message } from "./http_message.ts";
import { signatureBase } from "./signature_base.ts";

/** Whether `signature` is one over `base`, by an algorithm and a key that the caller has chosen. */
export type VerifyBytes = (base: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Whether the signature called `label` was made over `message`: over what its `Signature-Input` says is
 * covered, and nothing else. Which components, parameters and keys will do is the caller's to judge,
 * before.
 *
 * @returns false also where there is no such signature, or the message lacks what it covers
 */
export function verifyMessage(message: Message, label: string, verify: VerifyBytes): boolean {
  const parts = readParts(message, label);
  if (parts === undefined) return false;
  const built = signatureBase(message, parts.covered);
  return "base" in built && verify(Buffer.from(built.base, "latin1"), parts.signature);
}

interface Parts {
  readonly covered: InnerList;
  readonly signature: Uint8Array;
}

function readParts({ fields }: Message, label: string): Parts | undefined {
  const member = (name: string) => {
    const lines = fields.filter(([key]) => key.toLowerCase() === name);
    return parseDictionary(lines.map(([, value]) => value).join(", ")).get(label);
  };
  try {
    const covered = member("signature-input");
    const bytes = member("signature")?.[0];
    const isWhole = covered !== undefined && isInnerList(covered) && bytes instanceof ArrayBuffer;
    return isWhole ? { covered, signature: new Uint8Array(bytes) } : undefined;
  } catch {
    // Not the structured fields they have to be.
    return undefined;
  }
}
