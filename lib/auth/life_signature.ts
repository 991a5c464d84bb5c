/** Signing a device's statements about its database, so that no peer can invent them. */
import { type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { formatLife, type SignedLife } from "../model/life.ts";
import { parsePublicKeyLine } from "./fingerprint.ts";

/** Names what is signed, so that no signature over anything else can be taken for one of these. */
const LABEL = "codemem-life-3";

/** The content of a statement, without proof. */
type LifeWords = Pick<SignedLife, "life" | "head">;

/** Signs a statement with the key of the device. */
export function signLife(deviceId: string, words: LifeWords, privateKey: KeyObject): SignedLife {
  const signature = Buffer.from(sign(null, lifeText(deviceId, words), privateKey));
  return { ...words, signature: signature.toString("base64url") };
}

/** Signs for one device and remembers the last signature: until the log grows, each status repeats it. */
export class LifeSigner {
  readonly #deviceId: string;
  readonly #privateKey: KeyObject;
  #last: SignedLife | undefined;

  constructor(deviceId: string, privateKey: KeyObject) {
    this.#deviceId = deviceId;
    this.#privateKey = privateKey;
  }

  sign(words: LifeWords): SignedLife {
    if (this.#last !== undefined && isSaidAgain(this.#last, words)) return this.#last;
    return this.#last = signLife(this.#deviceId, words, this.#privateKey);
  }
}

function isSaidAgain(last: LifeWords, { life, head }: LifeWords): boolean {
  return last.head === head && formatLife(last.life) === formatLife(life);
}

/** Whether one of a device's keys has signed a statement. @param publicKeys `ssh-ed25519 <base64>` each */
export function isLifeSigned(
  deviceId: string,
  signed: SignedLife,
  publicKeys: Iterable<string>,
): boolean {
  const text = lifeText(deviceId, signed);
  const signature = Buffer.from(signed.signature, "base64url");
  return [...publicKeys].some((line) => {
    const key = parsePublicKeyLine(line);
    return key !== undefined && verify(null, text, key, signature);
  });
}

/** No part can hold a line break, so the parts cannot run into each other. */
function lifeText(deviceId: string, { life, head }: LifeWords): Uint8Array {
  return Buffer.from([LABEL, deviceId, formatLife(life), head].join("\n"), "utf8");
}
