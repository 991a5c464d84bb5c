/** Key schedule and record protection of TLS 1.3 (RFC 8446 §5.2, §7.1), with SHA-256 and AES-128-GCM. */
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import { Buffer } from "node:buffer";

/** The types of records (RFC 8446 §5.1). */
export const HANDSHAKE = 22;
export const DATA = 23;

/** Encrypts or decrypts the records of one direction (RFC 8446 §5.2). */
export class Sealer {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  #count = 0;

  /** @param secret the traffic secret of the direction */
  constructor(secret: Buffer) {
    this.#key = expand(secret, "key", Buffer.alloc(0), 16);
    this.#iv = expand(secret, "iv", Buffer.alloc(0), 12);
  }

  /** A whole record. */
  seal(type: number, content: Buffer): Buffer {
    const header = Buffer.from([DATA, 3, 3, 0, 0]);
    header.writeUInt16BE(content.length + 1 + 16, 3);
    const cipher = createCipheriv("aes-128-gcm", this.#key, this.#nonce());
    cipher.setAAD(header);
    const inner = Buffer.concat([content, Buffer.from([type])]);
    const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
    return Buffer.concat([header, sealed, cipher.getAuthTag()]);
  }

  /** What a record holds. @throws {Error} where it was sealed otherwise */
  open(header: Buffer, body: Buffer): { type: number; content: Buffer } {
    const decipher = createDecipheriv("aes-128-gcm", this.#key, this.#nonce());
    decipher.setAAD(header);
    decipher.setAuthTag(body.subarray(-16));
    const inner = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
    return { type: inner.at(-1)!, content: inner.subarray(0, -1) };
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#count++) >>> 0, 8);
    return nonce;
  }
}

/** The hash of a transcript. */
export function hash(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** HKDF-Extract (RFC 5869 §2.2). */
export function extract(salt: Buffer, secret: Buffer): Buffer {
  return createHmac("sha256", salt).update(secret).digest();
}

/** Derive-Secret. @param transcript its hash */
export function derive(secret: Buffer, label: string, transcript: Buffer): Buffer {
  return expand(secret, label, transcript, 32);
}

/** What a Finished message holds (RFC 8446 §4.4.4). @param transcript its hash */
export function finishedBody(trafficSecret: Buffer, transcript: Buffer): Buffer {
  const key = expand(trafficSecret, "finished", Buffer.alloc(0), 32);
  return createHmac("sha256", key).update(transcript).digest();
}

/** A vector: its length, in so many bytes, and then itself (RFC 8446 §3.4). */
export function sized(lengthBytes: number, body: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(body.length, 0, lengthBytes);
  return Buffer.concat([length, body]);
}

/** HKDF-Expand-Label (RFC 8446 §7.1); one block of output is enough for every use here. */
function expand(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const info = Buffer.concat([
    Buffer.from([0, length]),
    sized(1, Buffer.from(`tls13 ${label}`)),
    sized(1, context),
    Buffer.from([1]),
  ]);
  return createHmac("sha256", secret).update(info).digest().subarray(0, length);
}
